/* A sink in plain C that opens the files of its options through the host, as abi.h asks for: a file
 * of records to append to, and a file of credentials to read. */
#include <connector/abi.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define VIEW(text) {text, sizeof(text) - 1}

typedef struct files {
  const connector_host_api* host;
  char path[256], ca_file[256];
} files;

static const connector_option path_option = {
    .struct_size = sizeof(connector_option),
    .type = CONNECTOR_OPT_STRING,
    .flags = CONNECTOR_OPT_REQUIRED | CONNECTOR_OPT_DATA_PATH,
    .name = VIEW("path"),
    .description = VIEW("File to append to.")};
static const connector_option ca_file_option = {.struct_size = sizeof(connector_option),
                                                .type = CONNECTOR_OPT_STRING,
                                                .flags = CONNECTOR_OPT_CREDENTIAL_PATH,
                                                .name = VIEW("ca_file"),
                                                .description = VIEW("Authorities to trust.")};
static const connector_option* const options[] = {&path_option, &ca_file_option};

/* The configuration is a JSON object of plain texts here. */
static void read_text(connector_view json, const char* key, char* out, size_t size) {
  char copy[1024] = "", wanted[32];
  snprintf(copy, sizeof copy, "%.*s", (int)json.size, json.data);
  snprintf(wanted, sizeof wanted, "\"%s\":\"", key);
  const char* const found = strstr(copy, wanted);
  if (found)
    snprintf(out, size, "%.*s", (int)strcspn(found + strlen(wanted), "\""), found + strlen(wanted));
}

static void note(void* arg, connector_view why) {
  connector_call* const call = arg;
  snprintf(call->message, sizeof call->message, "%.*s", (int)why.size, why.data);
}

static connector_code open_one(const files* sink, uint32_t purpose, const char* path, int flags,
                               connector_call* call) {
  const connector_host_api* const host = sink->host;
  const connector_view view = {path, strlen(path)};
  if (!*path) return CONNECTOR_OK;
  snprintf(call->message, sizeof call->message, "cannot open %s", path);
  if (host->struct_size < offsetof(connector_host_api, open_file) + sizeof host->open_file ||
      !host->open_file)
    return CONNECTOR_BAD_CONFIG;
  const int32_t fd = host->open_file(host->self, purpose, view, flags, 0600, note, call);
  if (fd < 0) return CONNECTOR_BAD_CONFIG;
  close(fd);
  return CONNECTOR_OK;
}

static connector_code open_sink(void* self, connector_call* call) {
  files* const sink = self;
  const connector_code code =
      open_one(sink, CONNECTOR_FILE_CREDENTIAL, sink->ca_file, O_RDONLY, call);
  return code != CONNECTOR_OK
             ? code
             : open_one(sink, CONNECTOR_FILE_DATA, sink->path, O_WRONLY | O_CREAT | O_APPEND, call);
}
static connector_code check(void* self, connector_call* call) {
  return (void)self, (void)call, CONNECTOR_OK;
}
static void ignore(void* self) {
  (void)self;
}
static connector_code write_records(void* self, const connector_record* records, uint64_t count,
                                    connector_outcome* outcomes, connector_call* call) {
  (void)self, (void)records, (void)call;
  for (uint64_t i = 0; i < count; ++i) outcomes[i] = (connector_outcome){.code = CONNECTOR_OK};
  return CONNECTOR_OK;
}

static const connector_lifecycle_ops lifecycle = {.struct_size = sizeof(connector_lifecycle_ops),
                                                  .open = open_sink,
                                                  .check = check,
                                                  .cancel = ignore,
                                                  .close = ignore};
static const connector_sink_ops ops = {
    .struct_size = sizeof(connector_sink_ops), .lifecycle = &lifecycle, .write = write_records};

static void* create(const connector_host_api* host, connector_view config_json,
                    connector_call* call) {
  (void)call;
  files* const sink = calloc(1, sizeof *sink);
  if (!sink) return NULL;
  sink->host = host;
  read_text(config_json, "path", sink->path, sizeof sink->path);
  read_text(config_json, "ca_file", sink->ca_file, sizeof sink->ca_file);
  return sink;
}
static void destroy(void* self) {
  free(self);
}

static const connector_component component = {.struct_size = sizeof(connector_component),
                                              .kind = CONNECTOR_SINK,
                                              .type = VIEW("files"),
                                              .description = VIEW("Opens files."),
                                              .options = options,
                                              .option_count = 2,
                                              .ops = &ops,
                                              .create = create,
                                              .destroy = destroy};
static const connector_component* const components[] = {&component};

extern __attribute__((visibility("default"))) const connector_plugin connector_plugin_v1;
const connector_plugin connector_plugin_v1 = {.struct_size = sizeof(connector_plugin),
                                              .abi_major = CONNECTOR_ABI_MAJOR,
                                              .abi_minor = CONNECTOR_ABI_MINOR,
                                              .name = VIEW("files"),
                                              .version = VIEW("1.0.0"),
                                              .components = components,
                                              .component_count = 1};
