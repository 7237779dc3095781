// A Lambda runtime and its handler in one program: counts the words of each message.
#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define API "/2018-06-01/runtime/invocation/"
#define MAX_BYTES (1024 * 1024)

static struct sockaddr_in api;

static void end(const char *reason) {
    fprintf(stderr, "%s\n", reason);
    exit(1);
}

/** Sends a request with a connection of its own, and reads the response into `response`. */
static void ask(const char *request, char *response) {
    int connection = socket(AF_INET, SOCK_STREAM, 0);
    if (connection < 0 || connect(connection, (struct sockaddr *)&api, sizeof api) < 0) end("no runtime API");
    if (write(connection, request, strlen(request)) != (ssize_t)strlen(request)) end("request not sent");
    size_t length = 0;
    ssize_t count;
    while (length < MAX_BYTES - 1 && (count = read(connection, response + length, MAX_BYTES - 1 - length)) > 0)
        length += (size_t)count;
    response[length] = 0;
    close(connection);
}

static void read_header(const char *response, const char *name, char *value, size_t size) {
    const char *found = strcasestr(response, name);
    if (!found) end("a header is missing");
    snprintf(value, size, "%.*s", (int)strcspn(found + strlen(name), "\r"), found + strlen(name));
}

static int count_words(const char *event) {
    const char *body = strstr(event, "\"body\":\"");
    if (!body) return 0;
    int words = 0, is_within = 0;
    for (body += 8; *body && *body != '"'; body++) {
        int is_space = isspace((unsigned char)*body);
        if (!is_space && !is_within) words++;
        is_within = !is_space;
    }
    return words;
}

int main(void) {
    char *address = getenv("AWS_LAMBDA_RUNTIME_API");
    char *port = address ? strchr(address, ':') : NULL;
    if (!port) end("AWS_LAMBDA_RUNTIME_API is not set");
    *port++ = 0;
    api.sin_family = AF_INET;
    api.sin_port = htons((unsigned short)atoi(port));
    inet_pton(AF_INET, address, &api.sin_addr);
    static char response[MAX_BYTES];
    char id[128], result[128], request[512];
    for (int invocations = 1;; invocations++) {
        ask("GET " API "next HTTP/1.1\r\nHost: runtime\r\nConnection: close\r\n\r\n", response);
        read_header(response, "Lambda-Runtime-Aws-Request-Id: ", id, sizeof id);
        char *event = strstr(response, "\r\n\r\n");
        if (event && strstr(event, "\"body\":\"crash\"")) abort();
        snprintf(result, sizeof result, "{\"statusCode\":200,\"body\":\"%d words, invocation %d\"}",
                 event ? count_words(event) : 0, invocations);
        printf("counted\n");
        fflush(stdout);
        snprintf(request, sizeof request,
                 "POST " API "%s/response HTTP/1.1\r\nHost: runtime\r\nConnection: close\r\nContent-Length: %zu\r\n\r\n%s",
                 id, strlen(result), result);
        ask(request, response);
        if (!strstr(response, " 202 ")) end(response);
    }
}
