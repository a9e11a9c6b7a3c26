#include "host/observability/family_merge.hpp"

#include <algorithm>
#include <utility>

#include "host/observability/metric_name.hpp"
#include "host/observability/printable_text.hpp"

namespace connector_host::observability {
namespace {

bool have_a_wrong_name(const Labels& sorted) {
  for (std::size_t i = 0; i < sorted.size(); ++i)
    if (!is_label_name(sorted[i].first) || (i > 0 && sorted[i - 1].first == sorted[i].first)) return true;
  return false;
}

bool rise(const std::vector<Bucket>& buckets) {
  return std::adjacent_find(buckets.begin(), buckets.end(),
                            [](const Bucket& a, const Bucket& b) { return !(a.upper_bound < b.upper_bound) || a.count > b.count; }) == buckets.end();
}

}  // namespace

void FamilyMerge::add(std::string_view prefix, std::vector<Family> families) {
  for (Family& family : families) {
    if (!family.foreign) family.name.insert(0, prefix);
    add(std::move(family));
  }
}

void FamilyMerge::add(Family family) {
  const std::uint64_t samples = std::max<std::uint64_t>(family.samples.size(), 1);
  if (auto fault = family.foreign ? foreign_name_fault(family.name) : metric_name_fault(family.name, family.kind)) return leave_out(samples, *std::move(fault));
  std::vector<Sample> own = std::exchange(family.samples, {});
  Merged& merged = merged_[family.name];
  if (merged.family.name.empty()) {
    family.help = valid_utf8(family.help);
    merged.family = std::move(family);
  } else if (merged.family.kind != family.kind) {
    return leave_out(samples, "metric '" + family.name + "': two sources have it with different kinds");
  }
  for (Sample& sample : own) add(merged, std::move(sample));
}

void FamilyMerge::add(Merged& merged, Sample sample) {
  for (auto& [name, value] : sample.labels) value = valid_utf8(value);
  std::sort(sample.labels.begin(), sample.labels.end());
  const std::string metric = "metric '" + merged.family.name + "': ";
  if (have_a_wrong_name(sample.labels)) return leave_out(1, metric + "a label's name is not allowed, or stands twice");
  if (!rise(sample.buckets)) return leave_out(1, metric + "its buckets do not rise");
  if (!merged.taken.insert(sample.labels).second) return leave_out(1, metric + "two samples have the same labels");
  merged.family.samples.push_back(std::move(sample));
}

void FamilyMerge::leave_out(std::uint64_t count, std::string why) {
  left_out_ += count;
  last_problem_ = std::move(why);
}

std::vector<Family> FamilyMerge::take() {
  std::vector<Family> families;
  for (auto& [name, merged] : std::exchange(merged_, {})) {
    auto& samples = merged.family.samples;
    std::sort(samples.begin(), samples.end(), [](const Sample& a, const Sample& b) { return a.labels < b.labels; });
    if (!samples.empty()) families.push_back(std::move(merged.family));
  }
  return families;
}

}  // namespace connector_host::observability
