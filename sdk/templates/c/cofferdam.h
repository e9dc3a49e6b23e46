/* What a hook tells Cofferdam besides its log: printed lines that scripts of Octopus print as well. */
#ifndef COFFERDAM_H
#define COFFERDAM_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Prints a text in Base64, as the values of service messages are. */
static inline void cofferdam_print_base64(const char *text) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *bytes = (const unsigned char *)text;
    size_t length = strlen(text);
    for (size_t at = 0; at < length; at += 3) {
        size_t here = length - at < 3 ? length - at : 3;
        unsigned long group = (unsigned long)bytes[at] << 16;
        if (here > 1) group |= (unsigned long)bytes[at + 1] << 8;
        if (here > 2) group |= bytes[at + 2];
        putchar(digits[group >> 18 & 63]);
        putchar(digits[group >> 12 & 63]);
        putchar(here > 1 ? digits[group >> 6 & 63] : '=');
        putchar(here > 2 ? digits[group & 63] : '=');
    }
}

/* Sets an output variable: later hooks see it, and it stands in the result. */
static inline void cofferdam_set_output(const char *name, const char *value) {
    fputs("##octopus[setVariable name='", stdout);
    cofferdam_print_base64(name);
    fputs("' value='", stdout);
    cofferdam_print_base64(value);
    fputs("']\n", stdout);
}

/* Keeps a file of the folder beside the result, under a name for people. */
static inline void cofferdam_create_artifact(const char *path, const char *name) {
    fputs("##octopus[createArtifact path='", stdout);
    cofferdam_print_base64(path);
    fputs("' name='", stdout);
    cofferdam_print_base64(name);
    fputs("']\n", stdout);
}

/* Ends the hook as failed, with a reason that stands in the error and the journal. */
_Noreturn static inline void cofferdam_fail(const char *reason) {
    fputs("##octopus[resultMessage message='", stdout);
    cofferdam_print_base64(reason);
    fputs("']\n", stdout);
    fflush(stdout);
    exit(1);
}

/* The value of a variable that must be there. */
static inline const char *cofferdam_require(const char *name) {
    const char *value = getenv(name);
    if (!value) {
        char reason[512];
        snprintf(reason, sizeof reason, "the variable `%s` is not there: it is not defined, or this hook was not granted it", name);
        cofferdam_fail(reason);
    }
    return value;
}

#endif
