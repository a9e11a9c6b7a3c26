/* A plugin of a later minor version: every sized struct has grown at its end, and the table says
 * so. */
#include <stdlib.h>

#include "connector/abi.h"

typedef struct larger_lifecycle {
  connector_lifecycle_ops now;
  void (*later)(void);
} larger_lifecycle;
typedef struct larger_sink {
  connector_sink_ops now;
  void (*later)(void);
} larger_sink;
typedef struct larger_component {
  connector_component now;
  uint64_t later[4];
} larger_component;
typedef struct larger_plugin {
  connector_plugin now;
  uint64_t later[8];
} larger_plugin;

static connector_code say_ok(void* self, connector_call* call) {
  (void)self, (void)call;
  return CONNECTOR_OK;
}
static void nothing(void* self) {
  (void)self;
}
static void* create(const connector_host_api* host, connector_view config, connector_call* call) {
  (void)host, (void)config, (void)call;
  return malloc(1);
}
static connector_code write_all(void* self, const connector_record* records, uint64_t count,
                                connector_outcome* outcomes, connector_call* call) {
  (void)self, (void)records, (void)call;
  for (uint64_t i = 0; i < count; ++i) outcomes[i] = (connector_outcome){CONNECTOR_OK, 0, 0, 0};
  return CONNECTOR_OK;
}

static const larger_lifecycle lifecycle = {{sizeof lifecycle, 0, say_ok, say_ok, nothing, nothing},
                                           NULL};
static const larger_sink ops = {{sizeof ops, 0, &lifecycle.now, write_all}, NULL};
static const larger_component sink = {{sizeof sink,
                                       CONNECTOR_SINK,
                                       {"larger", 6},
                                       {"From the future.", 16},
                                       NULL,
                                       0,
                                       NULL,
                                       0,
                                       &ops,
                                       create,
                                       free},
                                      {1, 2, 3, 4}};
static const connector_component* const components[] = {&sink.now};

extern const larger_plugin connector_plugin_v1;
__attribute__((visibility("default")))
const larger_plugin connector_plugin_v1 = {{sizeof(larger_plugin),
                                            CONNECTOR_ABI_MAJOR,
                                            CONNECTOR_ABI_MINOR + 7,
                                            0,
                                            {"larger", 6},
                                            {"9.0.0", 5},
                                            components,
                                            1},
                                           {1, 2, 3, 4, 5, 6, 7, 8}};
