#include "tests/simulation/message_maker.hpp"

namespace simulation {

Message MessageMaker::make(const std::vector<Message>& messages) {
  if (messages.empty() || !flip(0.2)) return fresh(messages.size());
  Message message = messages[between(0, messages.size() - 1)];
  if (corrected && (message.kind == Kind::refused || message.kind == Kind::too_large) && flip(0.7))
    return correct(message, messages.size());
  message.redelivered = message.acked = false;
  message.deliveries = 0;
  return message;
}

// An equal id is not an equal record.
Message MessageMaker::correct(const Message& refused, std::uint64_t number) {
  Message message;
  message.id = refused.id;
  message.key = refused.key;
  message.kind = Kind::good;
  message.value = refused.value.substr(0, refused.value.find(',')) +
                  ",\"corrected\":" + std::to_string(number) + "}";
  message.parts = {message.value};
  return message;
}

Message MessageMaker::fresh(std::uint64_t n) {
  Message message;
  const std::string number = std::to_string(n);
  const bool integer = flip(0.2);
  const std::string start = "{\"event_id\":" + (integer ? number : "\"m" + number + "\"");
  message.id = "sim:" + (integer ? "#" + number : "m" + number);
  if (keys > 0) message.key = "k" + std::to_string(between(1, keys));
  message.kind = flip(0.85) ? Kind::good : bad_kind();
  switch (message.kind) {
    case Kind::good:
      message.value = start + ",\"n\":" + number + "}";
      message.parts = {message.value};
      break;
    case Kind::refused:
      message.value = start + ",\"refused\":true}";
      break;
    case Kind::too_large:
      message.value = start + ",\"refused\":true,\"large\":true}";
      break;
    case Kind::unacceptable:
      message.value = start + ",\"refused\":true,\"large\":true,\"unacceptable\":true}";
      break;
    case Kind::deadly:
      message.value = start + ",\"deadly\":true}";
      break;
    case Kind::untransformable:
      message.value = start + ",\"untransformable\":true}";
      break;
    case Kind::not_json:
      message.value = start;
      break;
    case Kind::no_id:
      message.value = "{\"n\":" + number + "}";
      break;
    case Kind::unwanted:  // split says which is
    case Kind::stubborn:  // of courses of their own
      break;
  }
  if (message.kind == Kind::not_json || message.kind == Kind::no_id) message.id.clear();
  if (transforms && message.kind == Kind::good && flip(0.4)) split(message, start);
  return message;
}

Kind MessageMaker::bad_kind() {
  std::vector<Kind> kinds{Kind::not_json, Kind::no_id, Kind::refused};
  if (transforms) kinds.push_back(Kind::untransformable);
  if (large) kinds.push_back(Kind::too_large);
  if (unacceptable) kinds.push_back(Kind::unacceptable);
  if (deadly) kinds.push_back(Kind::deadly);
  return kinds[between(0, kinds.size() - 1)];
}

// Into none to three parts; one part that is rejected has the whole rejected.
void MessageMaker::split(Message& message, const std::string& start) {
  std::string letters;
  for (std::uint64_t count = between(0, 3); count > 0; --count) {
    const std::uint64_t die = between(1, 20);
    letters += die == 1 ? untransformable : die == 2 ? refused : die <= 7 ? filtered : wanted;
  }
  message.value = start + ",\"split\":\"" + letters + "\"}";
  message.parts.clear();
  for (std::size_t i = 0; i < letters.size(); ++i) {
    if (letters[i] == wanted || letters[i] == refused)
      message.parts.push_back(part_of(message.value, letters[i], i));
  }
  if (has(letters, {&untransformable, 1})) {
    message.kind = Kind::untransformable;
    message.parts.clear();
  } else if (has(letters, {&refused, 1})) {
    message.kind = Kind::refused;
  } else if (message.parts.empty()) {
    message.kind = Kind::unwanted;
  }
}

}  // namespace simulation
