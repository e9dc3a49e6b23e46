/* Writes server.conf from the variables of the deployment. */
#include "cofferdam.h"

int main(void) {
    /* What is missing ends the deployment, with a reason that stands in the error and the journal. */
    const char *port = cofferdam_require("Acme.Port");
    const char *environment = getenv("Octopus.Environment.Name");

    FILE *file = fopen("server.conf", "w");
    if (!file) cofferdam_fail("server.conf cannot be written");
    fprintf(file, "# %s\nlisten %s;\n", environment ? environment : "", port);
    if (fclose(file) != 0) cofferdam_fail("server.conf cannot be written");
    puts("wrote server.conf");

    /* Later hooks see it, and it stands in the result of the deployment. */
    char url[256];
    snprintf(url, sizeof url, "http://localhost:%s/", port);
    cofferdam_set_output("Acme.Url", url);
    return 0;
}
