package main

// What a hook tells Cofferdam besides its log: printed lines that scripts of Octopus print as well.

import (
	"encoding/base64"
	"fmt"
	"os"
)

func encoded(text string) string {
	return base64.StdEncoding.EncodeToString([]byte(text))
}

// Require is the value of a variable that must be there.
func Require(name string) string {
	value, found := os.LookupEnv(name)
	if !found {
		Fail("the variable `" + name + "` is not there: it is not defined, or this hook was not granted it")
	}
	return value
}

// SetOutput sets an output variable: later hooks see it, and it stands in the result.
func SetOutput(name, value string) {
	fmt.Printf("##octopus[setVariable name='%s' value='%s']\n", encoded(name), encoded(value))
}

// CreateArtifact keeps a file of the folder beside the result, under a name for people.
func CreateArtifact(path, name string) {
	fmt.Printf("##octopus[createArtifact path='%s' name='%s']\n", encoded(path), encoded(name))
}

// Fail ends the hook as failed, with a reason that stands in the error and the journal.
func Fail(reason string) {
	fmt.Printf("##octopus[resultMessage message='%s']\n", encoded(reason))
	os.Exit(1)
}
