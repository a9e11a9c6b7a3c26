#pragma once
/* connector/abi.h - the whole boundary between the host and a plugin.
 *
 * What it is: C11 and C++, fixed-width integers, views and function pointers. Nothing else crosses the boundary: no
 * C++ type, no exception, no memory that one side allocates and the other frees.
 * What it is not: comfortable. C++ authors include connector/plugin.hpp, which is compiled into their plugin, speaks
 * this and stops every exception. A raw C plugin that lets one through is outside the contract.
 *
 * Compatibility (the rules are in ABI.md, tests/abi holds them):
 *   - structs that begin with struct_size only ever grow at their end; a reader looks at struct_size before it reads
 *     a member that was added later. connector_view, connector_header and connector_record are frozen for ever.
 *   - a plugin of another major is refused with both numbers in the message; a newer minor is accepted.
 *   - an operation pointer that is null, or beyond struct_size, counts as "not implemented".
 *
 * Thread tags:  [intake]      the task's intake thread only (sources)
 *               [exclusive]   any one thread; at the same time no other call of this instance but wake and cancel
 *               [parallel]    up to max_parallel calls at once, from any threads; also beside [intake] calls (check),
 *                             never beside an [exclusive] one
 *               [thread-safe] any thread, any time between create and destroy
 * Instances:    one source, one dedup store and one sink per task, one transform per lane, one more sink for dead
 *               letters. Two tasks never share an instance.
 * Lifecycle:    create -> open -> (work)* -> close -> destroy; open may follow close as often as the host likes.
 * Owner:        every pointer handed to a call is the caller's and valid until the call returns, unless the member
 *               says otherwise. Every pointer in a connector_plugin lives as long as the process. */
#include <stddef.h>
#include <stdint.h>

#define CONNECTOR_ABI_MAJOR 1u
#define CONNECTOR_ABI_MINOR 1u

#ifdef __cplusplus
extern "C" {
#endif

/* What a call, or one record of it, came to. A plugin classifies, the host decides: no retries inside a plugin. */
typedef int32_t connector_code;
enum {
  CONNECTOR_OK = 0,
  CONNECTOR_RETRIABLE = 1,     /* the same call, or this record, may succeed later */
  CONNECTOR_NOT_CONNECTED = 2, /* the connection is gone: close and open before anything else */
  CONNECTOR_REJECTED = 3,      /* this record can never succeed: it is dead-lettered. Never for a fault of the system */
  CONNECTOR_BAD_CONFIG = 4,    /* only the user can mend it: a wrong option, a refused login, a missing topic */
  CONNECTOR_FATAL = 5,         /* the task fails; nothing of it is acknowledged */
  CONNECTOR_END = 6            /* poll: there will be no more records */
};

/* A borrowed, read-only view. Not NUL terminated. data == NULL is null, which is not the same as empty. Frozen. */
typedef struct connector_view {
  const char* data;
  size_t size;
} connector_view;

/* What a header's value was in the system it came from. A number's value is its decimal text, a boolean's is true or
 * false, a table's or an array's is JSON; bytes and text are themselves. */
enum { CONNECTOR_BYTES = 0, CONNECTOR_TEXT = 1, CONNECTOR_INT64 = 2, CONNECTOR_DOUBLE = 3, CONNECTOR_BOOL = 4, CONNECTOR_JSON = 5 };

/* Frozen. name is never null; a null value is a header that carries none. */
typedef struct connector_header {
  connector_view name, value;
  uint32_t type, reserved;
} connector_header;

enum {
  CONNECTOR_REDELIVERED = 1u, /* the source knows that it handed this record out before */
  /* Since 1.1. From a source: the record could not be read as it was configured. origin->reason
   * says why; key, value and headers are as much of the record as could be read. The host
   * dead-letters that with the reason, whatever the id rule is. A host of 1.0 delivers it as a
   * record. */
  CONNECTOR_UNREADABLE = 2u,
  /* Since 1.1. Set by the host, for transforms and sinks: the topology has a rule for keys, so key is
   * what the user wants, and a null one means that the record has none. */
  CONNECTOR_KEYED_BY_RULE = 4u
};

/* Since 1.1. What a source knows about where a record came from. Grows at its end; lives as long as
 * the record's lease. */
typedef struct connector_origin {
  uint32_t struct_size, reserved;
  connector_view route;  /* by what name the system routed the record: an AMQP routing key, a Kafka topic; null: it has none */
  connector_view reason; /* of CONNECTOR_UNREADABLE: place, size and limit, as text, up to 1,000 bytes; null: none is known */
} connector_origin;

/* Frozen. */
typedef struct connector_record {
  connector_view id;          /* from a source: the message's own id, or null. To a sink: the record's id by the
                                 topology's rule, or null where the connector has none */
  connector_view destination; /* topic, queue, route; null: the sink's own */
  connector_view key, value;  /* a null value is a tombstone, an empty one is an empty body */
  const connector_header* headers;
  uint64_t header_count;
  uint64_t position;       /* the source's handle for it (of AMQP: connection epoch and delivery tag), handed back in ack and nack */
  int64_t timestamp_ms;    /* since the Unix epoch; 0: unknown */
  uint32_t delivery_count; /* how often the source handed it out before, where it counts; else 0 */
  uint32_t flags;
  /* Since 1.1; a plugin of 1.0 left both null and zero. */
  const connector_origin* origin; /* from a source only, and null to transforms and sinks; null: nothing is known */
  /* From a source: the group of records whose order there matters by default, such as one file or
   * one Kafka partition: any number but 0, unique within the instance. Without `ordering` in the
   * topology the host delivers the records of one group in the order in which poll handed them
   * out. 0: none. To a sink: the group whose order the host keeps; 0: it goes by the key. */
  uint64_t order;
} connector_record;

/* A lease: every view in it stays valid until release(), on any thread, also beside other calls of the source.
 * ack, nack, close and open never end a lease. The host calls release exactly once for each batch that poll filled
 * with a release function, and has released all of them before destroy. The caller of poll zeroes the struct and sets
 * struct_size; the producer fills the rest. release == NULL: nothing is held (no records). */
typedef struct connector_batch {
  uint32_t struct_size, reserved;
  const connector_record* records;
  uint64_t record_count;
  uint64_t byte_count;                      /* memory that the lease pins, what is left over in it too: for the in-flight budget */
  void (*release)(struct connector_batch*); /* the producer's; [thread-safe]; sets itself to NULL */
  void* producer_data;
} connector_batch;

enum { CONNECTOR_MAYBE_DELIVERED = 1u }; /* with RETRIABLE: it may be there already, a repeat may be a duplicate */

/* One record's outcome. retry_after_ms 0: the host's backoff decides. */
typedef struct connector_outcome {
  connector_code code;
  uint32_t flags, retry_after_ms, reserved;
} connector_outcome;

/* One call. The caller's, valid until the call returns; the plugin keeps no pointer to it. */
typedef struct connector_call {
  uint32_t struct_size;
  uint32_t timeout_ms;     /* return by then; what is undecided by then is RETRIABLE. 0 is allowed: wait for nothing */
  uint32_t retry_after_ms; /* out; 0: the host's backoff decides */
  uint32_t reserved;
  void* self; /* the caller's, for explain; a plugin leaves it alone */
  /* The reason of one record's outcome; index as in the call's array. why is copied. May be NULL. */
  void (*explain)(struct connector_call*, uint64_t index, connector_view why);
  char message[488]; /* out; the reason of the call's own code, NUL terminated, for people; never a secret */
} connector_call;

enum { CONNECTOR_LOG_DEBUG = 0, CONNECTOR_LOG_INFO = 1, CONNECTOR_LOG_WARN = 2, CONNECTOR_LOG_ERROR = 3 };

/* Since 1.1. What a file is for: records, or a certificate, a private key or authorities to trust. */
enum { CONNECTOR_FILE_DATA = 1, CONNECTOR_FILE_CREDENTIAL = 2 };

/* What the host lends to an instance until destroy. All [thread-safe], none blocks but state_put and open_file. */
typedef struct connector_host_api {
  uint32_t struct_size, abi_minor;
  void* self;
  connector_view instance; /* connector/task, for logs */
  /* Never a record's body, never a secret. The host scrubs resolved secrets all the same. */
  void (*log)(void* self, int32_t level, connector_view message);
  /* metric: index into the component's own metrics; an index beyond them is ignored. */
  void (*add)(void* self, uint32_t metric, double amount);
  void (*set)(void* self, uint32_t metric, double value);
  void (*observe)(void* self, uint32_t metric, const double* values, uint64_t count);
  uint32_t (*stopping)(void* self); /* 1 once the task is asked to stop */
  /* A small state of the instance that survives a restart (a read position, not data). get calls with(arg, value)
   * before it returns, or answers REJECTED when there is none. put is durable when it returns OK. */
  connector_code (*state_get)(void* self, connector_view name, void (*with)(void* arg, connector_view value), void* arg);
  connector_code (*state_put)(void* self, connector_view name, connector_view value);
  /* Since 1.1. open(2) with its flags and mode, O_CLOEXEC added. A path from an option flagged
   * DATA_PATH or CREDENTIAL_PATH, and every path made of one (a file beside it, its folder), is
   * opened ONLY by this. For a connector that was configured over REST the host opens regular files
   * and folders below the folders that the topology allows, and nothing else.
   * purpose: CONNECTOR_FILE_DATA or _CREDENTIAL. Returns a descriptor, which the caller closes, or
   * the negative errno. For a refusal, which is -EACCES, it calls with(arg, why) before it returns;
   * with may be NULL. Null or beyond struct_size: an older host, which confines nothing: use
   * open(2). */
  int32_t (*open_file)(void* self, uint32_t purpose, connector_view path, int32_t flags, uint32_t mode, void (*with)(void* arg, connector_view why), void* arg);
  /* Since 1.1. For a path that a library can only open by itself. 1: only open_file may open this
   * path; refuse the configuration. 0: the path may be opened in any way. */
  uint32_t (*confines)(void* self, uint32_t purpose, connector_view path);
} connector_host_api;

typedef struct connector_lifecycle_ops {
  uint32_t struct_size;
  uint32_t max_parallel; /* most [parallel] calls at once; 0: no limit */
  /* [exclusive] OK only once the dependency has answered, and everything that the work needs was looked at: queue,
   * topic, permission. NOT_CONNECTED or RETRIABLE: not now. BAD_CONFIG: never so. After an error the host calls close. */
  connector_code (*open)(void* self, connector_call*);
  /* [parallel] Is it there? Takes nothing and leaves nothing behind; also before open and while it is closed. */
  connector_code (*check)(void* self, connector_call*);
  /* [thread-safe] Sticky until the next open: open, claim, renew, commit, write and apply return soon, and before they
   * do they have given up every view they were lent. open begins by resetting it, so one that lands just before an open
   * is lost: whoever wants that open to end as well cancels again until it has returned. */
  void (*cancel)(void* self);
  /* [exclusive] Ends connections, not leases. Also after a failed open. Must be idempotent. It has no time limit and is
   * waited for: it should return within 2 s, and a plugin that cannot says so in its documentation. */
  void (*close)(void* self);
  /* Since 1.1. [parallel] Optional, after an open that succeeded. Calls with(arg, identity) once: one line of text that
   * names what this instance reads or writes. It is the same however the address is written, and differs for another
   * system, queue, topic or file (of a Kafka topic: the cluster's id and the topic). The host uses it to detect two
   * connectors that share a dedup scope by mistake. An empty text: not known. */
  connector_code (*identity)(void* self, void (*with)(void* arg, connector_view identity), void* arg, connector_call*);
  /* Since 1.1. [exclusive] Optional, before the first open, where the topology says `ordering:
   * queue`; for a sink only where records have no key. Reaches no network. From then on a source
   * returns what is not settled (nack, pause, close) so that its system delivers it again before
   * anything behind it, and in its order. Calls with(arg, condition) once: one line of text that
   * says under what condition the order holds, which the user is warned of; empty: under none.
   * BAD_CONFIG: never. */
  connector_code (*keep_order)(void* self, void (*with)(void* arg, connector_view condition), void* arg, connector_call*);
} connector_lifecycle_ops;

typedef struct connector_source_ops {
  uint32_t struct_size, reserved;
  const connector_lifecycle_ops* lifecycle;
  /* [intake] Returns by call->timeout_ms, as soon as there is at least one record, or at once after wake. max_bytes may
   * be passed by one record. max_records == 0 takes nothing and only services the connection (heartbeats): the host
   * calls it while backpressure, a breaker or a pause keeps it from taking. OK with no records: nothing there now.
   * What is in out counts whatever the code is, END and errors included: the host takes it first, then acts on the code. */
  connector_code (*poll)(void* self, uint32_t max_records, uint64_t max_bytes, connector_batch* out, connector_call*);
  /* [thread-safe] Sticky: ends the current or else the next poll, once. Also while the source is closed. */
  void (*wake)(void* self);
  /* [intake] These are done for good. Positions of a connection that is gone are dropped and counted by the source.
   * Any order, any subset. After any code but OK, of ack and of nack, nobody knows which of them are settled: the host
   * does not repeat the call but closes and opens, RETRIABLE included, and what was not settled comes again. */
  connector_code (*ack)(void* self, const uint64_t* positions, uint64_t count, connector_call*);
  /* [intake] These go back (requeue 1) or are refused (requeue 0). */
  connector_code (*nack)(void* self, const uint64_t* positions, uint64_t count, uint32_t requeue, connector_call*);
  /* [intake] Optional. Take no more deliveries and return what no poll has handed out yet; the connection and acks go
   * on. Without it the host polls with max_records 0. Also right after open: then nothing was ever taken. */
  connector_code (*pause)(void* self, connector_call*);
  connector_code (*resume)(void* self, connector_call*);
  /* [intake] Optional: how much waits in the source; the offsets as a JSON array of
   * {"partition":{...},"offset":{...}}, Kafka Connect's form, also while the source is closed; set them or, with a null
   * view, forget them: only while it is closed. */
  connector_code (*backlog)(void* self, uint64_t* records, connector_call*);
  connector_code (*offsets)(void* self, void (*with)(void* arg, connector_view json), void* arg, connector_call*);
  connector_code (*set_offsets)(void* self, connector_view json, connector_call*);
  /* Since 1.1. [intake] Optional, for sources whose system sends deliveries ahead of poll (a prefetch). Sets the maximum
   * of unsettled deliveries: those that poll handed out and those it has not handed out yet. Kept across close and open;
   * before the first call the source's own configuration decides, which also stays the upper bound. Lowering it takes no
   * delivery back: nothing new is taken until fewer are unsettled (pause returns what poll has not handed out). */
  connector_code (*set_window)(void* self, uint32_t deliveries, connector_call*);
  /* Since 1.1. [intake] Optional. Writes how often the system redelivers a record before it discards it; a record whose
   * delivery_count is greater is gone. 0: it never discards, or that is not known. Called after polls that brought
   * records with a delivery_count; must not wait. */
  connector_code (*delivery_limit)(void* self, uint32_t* limit, connector_call*);
} connector_source_ops;

enum { CONNECTOR_CLAIM_NEW = 0, CONNECTOR_CLAIM_DONE = 1, CONNECTOR_CLAIM_HELD = 2, CONNECTOR_CLAIM_LOST = 3 };

/* Ids are bytes and arrive with the connector's dedup scope in front of them. All [parallel]. Within one call no id
 * stands twice. A code other than OK says nothing about any id: states are then undefined and the host asks again. */
typedef struct connector_dedup_ops {
  uint32_t struct_size, reserved;
  const connector_lifecycle_ops* lifecycle;
  /* NEW: the owner has the id for lease_ms from now (also when it had it before). DONE: committed before. HELD:
   * another owner has it. A claim is never evidence of delivery; only DONE is. A stored value that is neither a claim
   * nor a commit is BAD_CONFIG for the call, never DONE. */
  connector_code (*claim)(void* self, connector_view owner, uint32_t lease_ms, const connector_view* ids, uint64_t count, uint8_t* states, connector_call*);
  /* NEW: still ours, for lease_ms from now. LOST: not ours any more. DONE: committed. Never takes an id. */
  connector_code (*renew)(void* self, connector_view owner, uint32_t lease_ms, const connector_view* ids, uint64_t count, uint8_t* states, connector_call*);
  /* From now on DONE for everybody, whoever held the claim. May be repeated. */
  connector_code (*commit)(void* self, const connector_view* ids, uint64_t count, connector_call*);
  /* Gives back claims of this owner; those of others and commits stay. */
  connector_code (*release)(void* self, connector_view owner, const connector_view* ids, uint64_t count, connector_call*);
  /* Optional. Forgets every id of a scope. RETRIABLE: not all of them in this time; the next call goes on from there. */
  connector_code (*clear)(void* self, connector_view scope, connector_call*);
  /* Since 1.1. [parallel] Optional. Binds a scope to the identity of what uses it, once and for all time: stores
   * `identity` where the scope has none, or where replace is 1, and calls with(arg, bound) with the identity that the
   * scope has afterwards. Another one than `identity` means that somebody else uses the scope. clear does not unbind. */
  connector_code (*bind)(void* self, connector_view scope, connector_view identity, uint32_t replace, void (*with)(void* arg, connector_view bound), void* arg,
                         connector_call*);
} connector_dedup_ops;

/* batch is a lease of the transform's, source_index has one entry per record of it: the input it came from, in rising
 * order. An input without output was dropped (or has an outcome other than OK). The host ignores id and position of
 * outputs: acks, claims and lanes go by the input. Views of batch may point into the input, whose lease outlives it. */
typedef struct connector_transformed {
  connector_batch batch;
  const uint32_t* source_index; /* valid until batch.release */
} connector_transformed;

typedef struct connector_transform_ops {
  uint32_t struct_size, reserved;
  const connector_lifecycle_ops* lifecycle;
  /* One lane's own instance: never in parallel. outcomes (one per input) arrive as OK; REJECTED dead-letters the input,
   * RETRIABLE lets it come again. Where the call itself fails, each input comes again by a pause of its own. */
  connector_code (*apply)(void* self, const connector_record* in, uint64_t count, connector_transformed* out, connector_outcome* outcomes, connector_call*);
} connector_transform_ops;

typedef struct connector_sink_ops {
  uint32_t struct_size, reserved;
  const connector_lifecycle_ops* lifecycle;
  /* [parallel] Returns when every outcome is final, or at the time limit or cancel with the undecided ones RETRIABLE and
   * MAYBE_DELIVERED; that is what outcomes arrive as. OK for a record only on the destination's own word. The code of
   * the call is OK when outcomes speak for themselves; NOT_CONNECTED, BAD_CONFIG or FATAL when the sink as a whole
   * failed, outcomes then still hold for each record. Records of one call with one key are
   * written in their order, and (1.1) so are those of one order group that go to the same place:
   * none is delivered that stands behind an undelivered one. */
  connector_code (*write)(void* self, const connector_record* records, uint64_t count, connector_outcome* outcomes, connector_call*);
} connector_sink_ops;

/* An option of a component, as the user writes it in the topology. In the configuration that create gets, every
 * declared option is present: STRING as JSON string, INTEGER and NUMBER as JSON number, BOOLEAN as true or false,
 * DURATION as a number of milliseconds, SIZE as a number of bytes, LIST as an array of strings, MAP as an object of
 * strings. An option that is not set and has no default is null. */
enum {
  CONNECTOR_OPT_STRING = 0,
  CONNECTOR_OPT_INTEGER,
  CONNECTOR_OPT_NUMBER,
  CONNECTOR_OPT_BOOLEAN,
  CONNECTOR_OPT_DURATION, /* 500us is too fine: ms, s, m, h, d */
  CONNECTOR_OPT_SIZE,     /* B, KiB, MiB, GiB, kB, MB, GB */
  CONNECTOR_OPT_LIST,
  CONNECTOR_OPT_MAP
};
/* ENDPOINT (1.1): it decides whom the component's secrets are sent to, or who is believed to be that: an address, a URL, an
 * authority, "verify". A secret that a user does not see is not kept for another endpoint; a component that has no such
 * option keeps none when any of its options changes. */
enum { CONNECTOR_OPT_REQUIRED = 1u, CONNECTOR_OPT_SECRET = 2u, CONNECTOR_OPT_ADVANCED = 4u, CONNECTOR_OPT_ENDPOINT = 8u };
/* Since 1.1. Of STRING, of LIST items and of MAP values: the path of a file of records, or of a file
 * of credentials (a certificate, a private key, authorities). The host checks the path when a
 * configuration comes over REST; the plugin opens it through connector_host_api.open_file only. */
enum { CONNECTOR_OPT_DATA_PATH = 16u, CONNECTOR_OPT_CREDENTIAL_PATH = 32u };
typedef struct connector_option {
  uint32_t struct_size, type, flags, reserved;
  connector_view name, default_value, description, display_name; /* default_value: as a user would write it; null: none */
  const connector_view* allowed;                                 /* of STRING and of LIST items; of MAP: the allowed keys, "prefix.*" allows a family */
  uint64_t allowed_count;
  double minimum, maximum; /* of numbers, milliseconds, bytes; NaN: none */
} connector_option;

enum { CONNECTOR_COUNTER = 0, CONNECTOR_GAUGE = 1, CONNECTOR_HISTOGRAM = 2 };
typedef struct connector_metric {
  uint32_t struct_size, kind;
  connector_view name, help; /* base units, _total on counters; the host adds its prefix, connector and task */
  const double* buckets;     /* upper bounds, rising; of histograms */
  uint64_t bucket_count;
} connector_metric;

enum { CONNECTOR_SOURCE = 1, CONNECTOR_DEDUP = 2, CONNECTOR_TRANSFORM = 3, CONNECTOR_SINK = 4 };
typedef struct connector_component {
  uint32_t struct_size, kind;
  connector_view type; /* the word used in the topology: "rabbitmq"; lower case, digits and '-' */
  connector_view description;
  const connector_option* const* options;
  uint64_t option_count;
  const connector_metric* const* metrics;
  uint64_t metric_count;
  const void* ops; /* connector_<kind>_ops */
  /* [thread-safe] Reaches no network. NULL: refused, with the reason in call->message. host outlives the instance;
   * config_json only the call. */
  void* (*create)(const connector_host_api*, connector_view config_json, connector_call*);
  void (*destroy)(void* self); /* [exclusive] after close, and once every lease is released */
} connector_component;

/* Every plugin exports exactly one symbol: extern "C" const connector_plugin connector_plugin_v1; */
typedef struct connector_plugin {
  uint32_t struct_size, abi_major, abi_minor, reserved;
  connector_view name, version;
  const connector_component* const* components;
  uint64_t component_count;
} connector_plugin;

#define CONNECTOR_PLUGIN_SYMBOL "connector_plugin_v1"

#ifdef __cplusplus
}
#endif
