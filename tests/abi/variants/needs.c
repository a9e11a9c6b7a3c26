/* Needs a function: of a library that is not there when it is loaded, or of none at all. */
#include "connector/abi.h"

int a_function_of_another_library(void);

static const connector_component* const components[] = {(const connector_component*)0};
extern const connector_plugin connector_plugin_v1;
__attribute__((visibility("default"))) const connector_plugin connector_plugin_v1 = {
    sizeof(connector_plugin), CONNECTOR_ABI_MAJOR, 0, 0, {"needs", 5}, {"1", 1}, components, 1};

__attribute__((visibility("default"))) int calls_it(void);
int calls_it(void) {
  return a_function_of_another_library();
}
