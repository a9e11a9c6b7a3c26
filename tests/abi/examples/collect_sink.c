/* The smallest sink in plain C: no SDK but abi.h, no C++. It takes every record and adds up the bytes of their values. */
#include <connector/abi.h>
#include <stdatomic.h>
#include <stdlib.h>

typedef struct collect {
  const connector_host_api* host;
  atomic_uint cancelled;
} collect;

static const connector_metric bytes_total = {
    sizeof(connector_metric), CONNECTOR_COUNTER, {"collect_bytes_total", 19}, {"Bytes of the values taken.", 26}, NULL, 0};
static const connector_metric* const metrics[] = {&bytes_total};

static connector_code open_sink(void* self, connector_call* call) {
  (void)call;
  atomic_store(&((collect*)self)->cancelled, 0);
  return CONNECTOR_OK;
}
static connector_code check(void* self, connector_call* call) {
  return (void)self, (void)call, CONNECTOR_OK;
}
static void cancel(void* self) {
  atomic_store(&((collect*)self)->cancelled, 1);
}
static void close_sink(void* self) {
  (void)self;
}

static connector_code write_records(void* self, const connector_record* records, uint64_t count, connector_outcome* outcomes, connector_call* call) {
  collect* const sink = self;
  (void)call;
  for (uint64_t i = 0; i < count; ++i) {
    if (atomic_load(&sink->cancelled)) return CONNECTOR_OK; /* the rest stays as it came: retriable */
    sink->host->add(sink->host->self, 0, (double)records[i].value.size);
    outcomes[i] = (connector_outcome){.code = CONNECTOR_OK};
  }
  return CONNECTOR_OK;
}

static const connector_lifecycle_ops lifecycle = {sizeof(connector_lifecycle_ops), 0, open_sink, check, cancel, close_sink};
static const connector_sink_ops ops = {sizeof(connector_sink_ops), 0, &lifecycle, write_records};

static void* create(const connector_host_api* host, connector_view config_json, connector_call* call) {
  (void)config_json, (void)call; /* no options: {} */
  collect* const sink = malloc(sizeof *sink);
  if (!sink) return NULL;
  sink->host = host;
  atomic_init(&sink->cancelled, 0);
  return sink;
}
static void destroy(void* self) {
  free(self);
}

static const connector_component component = {
    sizeof(connector_component), CONNECTOR_SINK, {"collect", 7}, {"Takes every record.", 19}, NULL, 0, metrics, 1, &ops, create, destroy};
static const connector_component* const components[] = {&component};

extern __attribute__((visibility("default"))) const connector_plugin connector_plugin_v1;
const connector_plugin connector_plugin_v1 = {sizeof(connector_plugin), CONNECTOR_ABI_MAJOR, CONNECTOR_ABI_MINOR, 0,
                                              {"collect", 7},           {"1.0.0", 5},        components,          1};
