#include "host/topology/problem_code.hpp"

namespace connector_host::topology {

std::span<const ProblemCode> problem_codes() {
  static constexpr ProblemCode all[] = {
      code::unreadable,
      code::too_large,
      code::not_text,
      code::syntax,
      code::anchor,
      code::tag,
      code::duplicate_key,
      code::too_deep,
      code::second_document,
      code::bad_key,
      code::unknown_key,
      code::wrong_type,
      code::out_of_range,
      code::not_allowed,
      code::missing,
      code::no_value,
      code::unit,
      code::wrong_shape,
      code::unset_variable,
      code::bad_reference,
      code::reference_file,
      code::reference_value,
      code::reference_refused,
      code::unknown_type,
      code::plugin_declaration,
      code::plugin_refusal,
      code::no_connector,
      code::connector_name,
      code::id_rule,
      code::dedup_without_id,
      code::times_contradict,
      code::listen_address,
      code::same_address,
      code::open_admin,
      code::credential,
      code::transform_name,
      code::file_root,
      code::key_rule,
      code::order_of_tasks,
      code::more,
  };
  return all;
}

}  // namespace connector_host::topology
