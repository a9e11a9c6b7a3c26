/* A plugin in plain C: a source that hands out ten records and a sink that counts, without a C++
 * library in sight. Built several times, with one thing about its table changed each time (see the
 * CMakeLists beside this folder). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "connector/abi.h"

#ifndef ABI_MAJOR
#define ABI_MAJOR CONNECTOR_ABI_MAJOR
#endif
#ifndef ABI_MINOR
#define ABI_MINOR CONNECTOR_ABI_MINOR
#endif
#ifndef VERSION
#define VERSION "1.0.0"
#endif
#ifndef SOURCE_SIZE
#define SOURCE_SIZE sizeof(connector_source_ops)
#endif
#ifndef SINK_KIND
#define SINK_KIND CONNECTOR_SINK
#endif
#ifndef SINK_TYPE
#define SINK_TYPE "plain"
#endif
#ifndef WRITE
#define WRITE write_all
#endif
#define TEXT(literal) {literal, sizeof literal - 1}

typedef struct plain {
  uint64_t next;
  char text[10][32];
  connector_record records[10];
} plain;

static connector_code say_ok(void* self, connector_call* call) {
  (void)self, (void)call;
  return CONNECTOR_OK;
}
static void nothing(void* self) {
  (void)self;
}
static void* create(const connector_host_api* host, connector_view config, connector_call* call) {
  (void)host;
  if (config.size >= 6 && memcmp(config.data, "refuse", 6) == 0) {
    snprintf(call->message, sizeof call->message, "the configuration says no");
    return NULL;
  }
  return calloc(1, sizeof(plain));
}

static void release_batch(connector_batch* batch) {
  batch->release = NULL;
}
static connector_code poll_ten(void* self, uint32_t max_records, uint64_t max_bytes,
                               connector_batch* out, connector_call* call) {
  plain* me = self;
  uint64_t first = me->next;
  (void)max_bytes, (void)call;
  for (; me->next < 10 && me->next - first < max_records; ++me->next) {
    connector_record* record = &me->records[me->next];
    int size = snprintf(me->text[me->next], sizeof me->text[0], "record %d", (int)me->next);
    memset(record, 0, sizeof *record);
    record->value.data = me->text[me->next];
    record->value.size = (size_t)size;
    record->position = me->next + 1;
  }
  if (me->next > first) {
    out->records = &me->records[first];
    out->record_count = me->next - first;
    out->byte_count = out->record_count * sizeof me->text[0];
    out->release = release_batch;
  }
  return me->next == 10 ? CONNECTOR_END : CONNECTOR_OK;
}
static connector_code take_ack(void* self, const uint64_t* positions, uint64_t count,
                               connector_call* call) {
  (void)self, (void)positions, (void)count, (void)call;
  return CONNECTOR_OK;
}
static connector_code take_nack(void* self, const uint64_t* positions, uint64_t count,
                                uint32_t requeue, connector_call* call) {
  (void)requeue;
  return take_ack(self, positions, count, call);
}
static connector_code pause_fails(void* self, connector_call* call) {
  (void)self;
  snprintf(call->message, sizeof call->message,
           "pause lies beyond struct_size and must not be called");
  return CONNECTOR_FATAL;
}
static connector_code write_all(void* self, const connector_record* records, uint64_t count,
                                connector_outcome* outcomes, connector_call* call) {
  (void)self, (void)records, (void)call;
  for (uint64_t i = 0; i < count; ++i) outcomes[i] = (connector_outcome){CONNECTOR_OK, 0, 0, 0};
  return CONNECTOR_OK;
}
/* Some variants leave it out of their table. */
static connector_code (*const kept_write)(void*, const connector_record*, uint64_t,
                                          connector_outcome*, connector_call*)
    __attribute__((used)) = write_all;

static const connector_lifecycle_ops lifecycle = {sizeof lifecycle, 0,       say_ok,
                                                  say_ok,           nothing, nothing};
static const connector_source_ops source_ops = {
    SOURCE_SIZE, 0,      &lifecycle, poll_ten, nothing, take_ack, take_nack,
    pause_fails, say_ok, NULL,       NULL,     NULL,    NULL,     NULL};
static const connector_sink_ops sink_ops = {sizeof sink_ops, 0, &lifecycle, WRITE};

static const connector_component source = {
    sizeof source, CONNECTOR_SOURCE, TEXT("plain"), TEXT("Ten records."), NULL, 0, NULL, 0,
    &source_ops,   create,           free};
static const connector_component sink = {
    sizeof sink, SINK_KIND, TEXT(SINK_TYPE), TEXT("Takes all."), NULL, 0, NULL, 0, &sink_ops,
    create,      free};
#ifdef TWICE
static const connector_component* const components[] = {&source, &sink, &sink};
#else
static const connector_component* const components[] = {&source, &sink};
#endif

extern const connector_plugin connector_plugin_v1;
__attribute__((visibility("default")))
const connector_plugin connector_plugin_v1 = {sizeof(connector_plugin),
                                              ABI_MAJOR,
                                              ABI_MINOR,
                                              0,
                                              TEXT("plain"),
                                              TEXT(VERSION),
                                              components,
                                              sizeof components / sizeof *components};
