/* What is exported under the plugin's name, but is no usable table. One of NOTHING, FUNCTION,
 * NUMBER, ZEROS, NULLS, WILD, GARBAGE is defined. */
#include "connector/abi.h"

#define EXPORT __attribute__((visibility("default")))

#if defined(NOTHING)
EXPORT int something_else(void);
EXPORT int something_else(void) {
  return 1;
}
#elif defined(FUNCTION)
EXPORT void connector_plugin_v1(void);
EXPORT void connector_plugin_v1(void) {}
#elif defined(NUMBER)
extern const int connector_plugin_v1;
EXPORT const int connector_plugin_v1 = 64;
#elif defined(ZEROS)
extern const connector_plugin connector_plugin_v1;
EXPORT const connector_plugin connector_plugin_v1 = {0};
#elif defined(NULLS)
extern const connector_plugin connector_plugin_v1;
EXPORT const connector_plugin connector_plugin_v1 = {
    sizeof(connector_plugin), CONNECTOR_ABI_MAJOR, 0, 0, {"nulls", 5}, {"1", 1}, NULL, 3};
#elif defined(WILD)
/* A pointer to nowhere. */
extern const connector_plugin connector_plugin_v1;
EXPORT const connector_plugin connector_plugin_v1 = {sizeof(connector_plugin),
                                                     CONNECTOR_ABI_MAJOR,
                                                     0,
                                                     0,
                                                     {"wild", 4},
                                                     {"1", 1},
                                                     (const connector_component* const*)0x10,
                                                     3};
#elif defined(GARBAGE)
extern const unsigned char connector_plugin_v1[256];
EXPORT const unsigned char connector_plugin_v1[256] = {0xde, 0xad, 0xbe, 0xef, 1, 0,
                                                       0,    0,    77,   88,   99};
#endif
