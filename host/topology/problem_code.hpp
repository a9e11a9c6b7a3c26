#pragma once
// ProblemCode: the stable name of a kind of problem with a topology, for scripts and for docs/topology-errors.md.
//
// A number is never used again for something else; a new kind takes a new one. Constants, so any thread.
#include <span>
#include <string_view>

namespace connector_host::topology {

struct ProblemCode {
  std::string_view id;
  std::string_view title;  // as in docs/topology-errors.md
};

namespace code {
inline constexpr ProblemCode unreadable{"T001", "The file cannot be read"};
inline constexpr ProblemCode too_large{"T002", "The file is larger than 1 MiB"};
inline constexpr ProblemCode not_text{"T003", "Not UTF-8 text"};
inline constexpr ProblemCode syntax{"T004", "Not valid YAML"};
inline constexpr ProblemCode anchor{"T005", "Anchors, aliases and merge keys are refused"};
inline constexpr ProblemCode tag{"T006", "Tags are refused"};
inline constexpr ProblemCode duplicate_key{"T007", "A key stands twice"};
inline constexpr ProblemCode too_deep{"T008", "Nested deeper than 32 levels"};
inline constexpr ProblemCode second_document{"T009", "More than one YAML document"};
inline constexpr ProblemCode bad_key{"T010", "A key is not plain text"};
inline constexpr ProblemCode unknown_key{"T011", "Unknown key"};
inline constexpr ProblemCode wrong_type{"T012", "A value of another type"};
inline constexpr ProblemCode out_of_range{"T013", "A value beyond its limits"};
inline constexpr ProblemCode not_allowed{"T014", "Not one of the allowed values"};
inline constexpr ProblemCode missing{"T015", "A required key is missing or empty"};
inline constexpr ProblemCode no_value{"T016", "A key without a value"};
inline constexpr ProblemCode unit{"T017", "A duration or size without a usable unit"};
inline constexpr ProblemCode wrong_shape{"T018", "A mapping, list or single value where another is expected"};
inline constexpr ProblemCode unset_variable{"T020", "A variable is not set"};
inline constexpr ProblemCode bad_reference{"T021", "A reference that cannot be understood"};
inline constexpr ProblemCode reference_file{"T022", "The file of a reference cannot be read"};
inline constexpr ProblemCode reference_value{"T023", "The value of a reference cannot be used"};
inline constexpr ProblemCode reference_refused{"T024", "A reference that may not be used here"};
inline constexpr ProblemCode unknown_type{"T030", "No plugin has this type"};
inline constexpr ProblemCode plugin_declaration{"T031", "A plugin declares an option wrongly"};
inline constexpr ProblemCode plugin_refusal{"T032", "A plugin refuses its options"};
inline constexpr ProblemCode no_connector{"T040", "No connector"};
inline constexpr ProblemCode connector_name{"T041", "A connector's name cannot be used"};
inline constexpr ProblemCode id_rule{"T042", "The rule for a record's id is not one rule"};
inline constexpr ProblemCode dedup_without_id{"T043", "A dedup store, but records have no id"};
inline constexpr ProblemCode times_contradict{"T044", "Two times contradict each other"};
inline constexpr ProblemCode listen_address{"T045", "Not an address to listen on"};
inline constexpr ProblemCode same_address{"T046", "Two listeners on one address"};
inline constexpr ProblemCode open_admin{"T047", "The admin API would be open to other machines"};
inline constexpr ProblemCode credential{"T048", "A token or user of the admin API cannot be used"};
inline constexpr ProblemCode transform_name{"T049", "A transform's name cannot be used"};
inline constexpr ProblemCode file_root{"T050", "A folder for files of connectors made over REST cannot be used"};
inline constexpr ProblemCode key_rule{"T051", "The rule for a record's key is not one rule"};
inline constexpr ProblemCode order_of_tasks{"T052", "Several tasks keep no common order"};
inline constexpr ProblemCode more{"T099", "More problems than are shown"};
}  // namespace code

// Every code, in rising order.
std::span<const ProblemCode> problem_codes();

}  // namespace connector_host::topology
