// Writes server.conf from the variables of the deployment.
package main

import (
	"fmt"
	"os"
)

func main() {
	// What is missing ends the deployment, with a reason that stands in the error and the journal.
	port := Require("Acme.Port")
	environment := os.Getenv("Octopus.Environment.Name")

	text := fmt.Sprintf("# %s\nlisten %s;\n", environment, port)
	if err := os.WriteFile("server.conf", []byte(text), 0o644); err != nil {
		Fail(fmt.Sprintf("server.conf cannot be written: %v", err))
	}
	fmt.Println("wrote server.conf")

	// Later hooks see it, and it stands in the result of the deployment.
	SetOutput("Acme.Url", fmt.Sprintf("http://localhost:%s/", port))
}
