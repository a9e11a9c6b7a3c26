#pragma once
// Ordering: whose order a task keeps, between the records of one source. A record that has to
// wait holds up those behind it of its group, and nothing else.
//
// Everything of one group goes to one worker. Order between tasks, and between consumers of one
// queue, is nobody's. A plain value.

namespace connector_host::pipeline {

enum class Ordering {
  source,  // of the source's own groups (connector_record.order); of a record without one, as by key
  key,     // of the records with one key, and of those with one id where there is no key
  queue,   // of the source's own groups; what has none is one group
  none
};

}  // namespace connector_host::pipeline
