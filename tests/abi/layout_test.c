/* The layout of the boundary, number by number: what a plugin was compiled against for ever.
 * Compiling it is the test. A frozen struct's size never changes; a sized one's may grow, but the
 * members of version 1.0 stay where they are. */
#include <assert.h>
#include <stddef.h>

#include "connector/abi.h"

#define AT(type, member, place) \
  _Static_assert(offsetof(type, member) == (place), #type "." #member " has moved")
#define SIZE(type, size) _Static_assert(sizeof(type) == (size), #type " has another size")
#define AT_LEAST(type, size) _Static_assert(sizeof(type) >= (size), #type " has shrunk")
#define IS(constant, value) _Static_assert((constant) == (value), #constant " has another value")

IS(sizeof(void*), 8);
IS(CONNECTOR_ABI_MAJOR, 1);

/* Frozen. */
SIZE(connector_code, 4);
SIZE(connector_view, 16);
AT(connector_view, data, 0);
AT(connector_view, size, 8);
SIZE(connector_header, 40);
AT(connector_header, name, 0);
AT(connector_header, value, 16);
AT(connector_header, type, 32);
AT(connector_header, reserved, 36);
SIZE(connector_record, 120);
AT(connector_record, id, 0);
AT(connector_record, destination, 16);
AT(connector_record, key, 32);
AT(connector_record, value, 48);
AT(connector_record, headers, 64);
AT(connector_record, header_count, 72);
AT(connector_record, position, 80);
AT(connector_record, timestamp_ms, 88);
AT(connector_record, delivery_count, 96);
AT(connector_record, flags, 100);
AT(connector_record, origin, 104);
AT(connector_record, order, 112);
/* These lie in arrays or inside other structs, so they cannot grow either. */
SIZE(connector_outcome, 16);
AT(connector_outcome, code, 0);
AT(connector_outcome, flags, 4);
AT(connector_outcome, retry_after_ms, 8);
AT(connector_outcome, reserved, 12);
SIZE(connector_batch, 48);
AT(connector_batch, struct_size, 0);
AT(connector_batch, reserved, 4);
AT(connector_batch, records, 8);
AT(connector_batch, record_count, 16);
AT(connector_batch, byte_count, 24);
AT(connector_batch, release, 32);
AT(connector_batch, producer_data, 40);
SIZE(connector_transformed, 56);
AT(connector_transformed, batch, 0);
AT(connector_transformed, source_index, 48);

/* Sized: what 1.1 has. */
AT_LEAST(connector_origin, 40);
AT(connector_origin, struct_size, 0);
AT(connector_origin, reserved, 4);
AT(connector_origin, route, 8);
AT(connector_origin, reason, 24);

/* Sized: what 1.0 has. */
AT_LEAST(connector_call, 520);
AT(connector_call, struct_size, 0);
AT(connector_call, timeout_ms, 4);
AT(connector_call, retry_after_ms, 8);
AT(connector_call, reserved, 12);
AT(connector_call, self, 16);
AT(connector_call, explain, 24);
AT(connector_call, message, 32);
AT_LEAST(connector_host_api, 104);
AT(connector_host_api, struct_size, 0);
AT(connector_host_api, abi_minor, 4);
AT(connector_host_api, self, 8);
AT(connector_host_api, instance, 16);
AT(connector_host_api, log, 32);
AT(connector_host_api, add, 40);
AT(connector_host_api, set, 48);
AT(connector_host_api, observe, 56);
AT(connector_host_api, stopping, 64);
AT(connector_host_api, state_get, 72);
AT(connector_host_api, state_put, 80);
AT(connector_host_api, open_file, 88);
AT(connector_host_api, confines, 96);
AT_LEAST(connector_lifecycle_ops, 40);
AT(connector_lifecycle_ops, struct_size, 0);
AT(connector_lifecycle_ops, max_parallel, 4);
AT(connector_lifecycle_ops, open, 8);
AT(connector_lifecycle_ops, check, 16);
AT(connector_lifecycle_ops, cancel, 24);
AT(connector_lifecycle_ops, close, 32);
AT(connector_lifecycle_ops, identity, 40);   /* 1.1 */
AT(connector_lifecycle_ops, keep_order, 48); /* 1.1 */
AT_LEAST(connector_source_ops, 88);
AT(connector_source_ops, struct_size, 0);
AT(connector_source_ops, reserved, 4);
AT(connector_source_ops, lifecycle, 8);
AT(connector_source_ops, poll, 16);
AT(connector_source_ops, wake, 24);
AT(connector_source_ops, ack, 32);
AT(connector_source_ops, nack, 40);
AT(connector_source_ops, pause, 48);
AT(connector_source_ops, resume, 56);
AT(connector_source_ops, backlog, 64);
AT(connector_source_ops, offsets, 72);
AT(connector_source_ops, set_offsets, 80);
AT(connector_source_ops, set_window, 88);     /* 1.1 */
AT(connector_source_ops, delivery_limit, 96); /* 1.1 */
AT_LEAST(connector_dedup_ops, 56);
AT(connector_dedup_ops, struct_size, 0);
AT(connector_dedup_ops, reserved, 4);
AT(connector_dedup_ops, lifecycle, 8);
AT(connector_dedup_ops, claim, 16);
AT(connector_dedup_ops, renew, 24);
AT(connector_dedup_ops, commit, 32);
AT(connector_dedup_ops, release, 40);
AT(connector_dedup_ops, clear, 48);
AT(connector_dedup_ops, bind, 56); /* 1.1 */
AT_LEAST(connector_transform_ops, 24);
AT(connector_transform_ops, struct_size, 0);
AT(connector_transform_ops, reserved, 4);
AT(connector_transform_ops, lifecycle, 8);
AT(connector_transform_ops, apply, 16);
AT_LEAST(connector_sink_ops, 24);
AT(connector_sink_ops, struct_size, 0);
AT(connector_sink_ops, reserved, 4);
AT(connector_sink_ops, lifecycle, 8);
AT(connector_sink_ops, write, 16);
AT_LEAST(connector_option, 112);
AT(connector_option, struct_size, 0);
AT(connector_option, type, 4);
AT(connector_option, flags, 8);
AT(connector_option, reserved, 12);
AT(connector_option, name, 16);
AT(connector_option, default_value, 32);
AT(connector_option, description, 48);
AT(connector_option, display_name, 64);
AT(connector_option, allowed, 80);
AT(connector_option, allowed_count, 88);
AT(connector_option, minimum, 96);
AT(connector_option, maximum, 104);
AT_LEAST(connector_metric, 56);
AT(connector_metric, struct_size, 0);
AT(connector_metric, kind, 4);
AT(connector_metric, name, 8);
AT(connector_metric, help, 24);
AT(connector_metric, buckets, 40);
AT(connector_metric, bucket_count, 48);
AT_LEAST(connector_component, 96);
AT(connector_component, struct_size, 0);
AT(connector_component, kind, 4);
AT(connector_component, type, 8);
AT(connector_component, description, 24);
AT(connector_component, options, 40);
AT(connector_component, option_count, 48);
AT(connector_component, metrics, 56);
AT(connector_component, metric_count, 64);
AT(connector_component, ops, 72);
AT(connector_component, create, 80);
AT(connector_component, destroy, 88);
AT_LEAST(connector_plugin, 64);
AT(connector_plugin, struct_size, 0);
AT(connector_plugin, abi_major, 4);
AT(connector_plugin, abi_minor, 8);
AT(connector_plugin, reserved, 12);
AT(connector_plugin, name, 16);
AT(connector_plugin, version, 32);
AT(connector_plugin, components, 48);
AT(connector_plugin, component_count, 56);
IS(sizeof(((connector_call*)0)->message), 488);

/* Numbers with a meaning. */
IS(CONNECTOR_OK, 0);
IS(CONNECTOR_RETRIABLE, 1);
IS(CONNECTOR_NOT_CONNECTED, 2);
IS(CONNECTOR_REJECTED, 3);
IS(CONNECTOR_BAD_CONFIG, 4);
IS(CONNECTOR_FATAL, 5);
IS(CONNECTOR_END, 6);
IS(CONNECTOR_BYTES, 0);
IS(CONNECTOR_TEXT, 1);
IS(CONNECTOR_INT64, 2);
IS(CONNECTOR_DOUBLE, 3);
IS(CONNECTOR_BOOL, 4);
IS(CONNECTOR_JSON, 5);
IS(CONNECTOR_REDELIVERED, 1);
IS(CONNECTOR_UNREADABLE, 2);
IS(CONNECTOR_MAYBE_DELIVERED, 1);
IS(CONNECTOR_LOG_DEBUG, 0);
IS(CONNECTOR_LOG_INFO, 1);
IS(CONNECTOR_LOG_WARN, 2);
IS(CONNECTOR_LOG_ERROR, 3);
IS(CONNECTOR_CLAIM_NEW, 0);
IS(CONNECTOR_CLAIM_DONE, 1);
IS(CONNECTOR_CLAIM_HELD, 2);
IS(CONNECTOR_CLAIM_LOST, 3);
IS(CONNECTOR_OPT_STRING, 0);
IS(CONNECTOR_OPT_INTEGER, 1);
IS(CONNECTOR_OPT_NUMBER, 2);
IS(CONNECTOR_OPT_BOOLEAN, 3);
IS(CONNECTOR_OPT_DURATION, 4);
IS(CONNECTOR_OPT_SIZE, 5);
IS(CONNECTOR_OPT_LIST, 6);
IS(CONNECTOR_OPT_MAP, 7);
IS(CONNECTOR_OPT_REQUIRED, 1);
IS(CONNECTOR_OPT_SECRET, 2);
IS(CONNECTOR_OPT_ADVANCED, 4);
IS(CONNECTOR_OPT_ENDPOINT, 8);
IS(CONNECTOR_OPT_DATA_PATH, 16);
IS(CONNECTOR_OPT_CREDENTIAL_PATH, 32);
IS(CONNECTOR_FILE_DATA, 1);
IS(CONNECTOR_FILE_CREDENTIAL, 2);
IS(CONNECTOR_COUNTER, 0);
IS(CONNECTOR_GAUGE, 1);
IS(CONNECTOR_HISTOGRAM, 2);
IS(CONNECTOR_SOURCE, 1);
IS(CONNECTOR_DEDUP, 2);
IS(CONNECTOR_TRANSFORM, 3);
IS(CONNECTOR_SINK, 4);
