#include "plugins/generator/event_writer.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>

namespace connector_host_plugins::generator {
namespace {

// A text of bounded length without an allocation: the fixed part of an event.
class ShortText {
 public:
  ShortText& operator<<(std::string_view text) {
    std::memcpy(end_, text.data(), text.size());
    end_ += text.size();
    return *this;
  }
  ShortText& operator<<(std::uint64_t number) {
    end_ = std::to_chars(end_, text_ + sizeof text_, number).ptr;
    return *this;
  }
  operator std::string_view() const { return {text_, std::size_t(end_ - text_)}; }

 private:
  char text_[384];  // id_prefix is at most 256, see the option; the rest of the longest head is
                    // below 100
  char* end_ = text_;
};

constexpr std::string_view before_id = R"({"event_id":")";

}  // namespace

EventWriter::EventWriter(std::uint64_t seed, Shape shape) : shape_(std::move(shape)) {
  static constexpr std::string_view alphabet =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-";
  const EventPlan random(seed, {});
  for (std::size_t i = 0; i < filler_size; ++i)
    filler_ += alphabet[random.bits(i) % alphabet.size()];
  filler_ += filler_;
}

void EventWriter::write(const EventPlan& plan, std::uint64_t sequence,
                        connector::BatchBuilder& memory, connector_record& record) const {
  const std::uint64_t event = plan.event_of(sequence);
  const std::uint64_t bits = plan.bits(event);
  if (plan.is_poison(event)) {
    record.value = write_poison(event, bits, memory);
  } else {
    write_event(event, bits, memory, record);
  }
  if (shape_.keys > 0) {
    ShortText key;
    key << "key-" << bits % shape_.keys;
    record.key = memory.copy(key);
  }
}

void EventWriter::write_event(std::uint64_t event, std::uint64_t bits,
                              connector::BatchBuilder& memory, connector_record& record) const {
  ShortText head;
  head << before_id << shape_.id_prefix << event;
  const std::size_t id_end = std::string_view(head).size();
  head << R"(","seq":)" << event << R"(,"data":")";
  record.value = enclose(head, "\"}", bits, memory);
  record.id = {record.value.data + before_id.size(), id_end - before_id.size()};
}

// Half of it is no JSON at all, half is JSON that has no event_id.
connector_view EventWriter::write_poison(std::uint64_t sequence, std::uint64_t bits,
                                         connector::BatchBuilder& memory) const {
  ShortText head;
  if (bits & 1) {
    head << "poison " << sequence << " is not JSON: ";
    return enclose(head, "", bits, memory);
  }
  head << R"({"seq":)" << sequence << R"(,"data":")";
  return enclose(head, "\"}", bits, memory);
}

connector_view EventWriter::enclose(std::string_view head, std::string_view tail,
                                    std::uint64_t bits, connector::BatchBuilder& memory) const {
  const std::size_t size = std::max<std::size_t>(shape_.size, head.size() + tail.size());
  char* out = memory.allocate(size);
  std::memcpy(out, head.data(), head.size());
  fill(out + head.size(), size - head.size() - tail.size(), bits);
  if (!tail.empty()) std::memcpy(out + size - tail.size(), tail.data(), tail.size());
  return {out, size};
}

void EventWriter::fill(char* out, std::size_t size, std::uint64_t bits) const {
  const char* from = filler_.data() + (bits >> 32) % filler_size;
  for (std::size_t done = 0; done < size; done += filler_size)
    std::memcpy(out + done, from, std::min(filler_size, size - done));
}

}  // namespace connector_host_plugins::generator
