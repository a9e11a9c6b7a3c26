// Throws from every call, what the option "throws" says: error, standard, number. With from_open:
// false, not from open and check.
#include <stdexcept>
#include <string>

#include "connector/plugin.hpp"

namespace {

using connector::Call;

class Thrower {
 public:
  explicit Thrower(const connector::Config& config)
      : what_(config.string("throws")), from_open_(config.boolean("from_open")) {
    if (config.boolean("from_create")) fail();
  }
  void open() const {
    if (from_open_) fail();
  }
  [[noreturn]] void fail() const {
    if (what_ == "error")
      throw connector::Error(CONNECTOR_NOT_CONNECTED, "the far end is gone", 250);
    if (what_ == "number") throw 42;
    throw std::runtime_error("a standard exception with a text of some length");
  }

 private:
  std::string what_;
  bool from_open_;
};

constexpr connector::Option every_option[] = {
    connector::Option::string("throws", "What to throw.").otherwise("standard"),
    connector::Option::boolean("from_create", "Also from create.").otherwise("false"),
    connector::Option::boolean("from_open", "Also from open and check.").otherwise("true")};

template <class Kind>
class Life : public Kind {
 public:
  Life(connector::Host, const connector::Config& config) : thrower(config) {}
  void open(Call&) override { thrower.open(); }
  void check(Call&) override { thrower.open(); }
  void cancel() override { thrower.fail(); }
  void close() override { thrower.fail(); }

 protected:
  Thrower thrower;
};

class BadSource : public Life<connector::Source> {
 public:
  static constexpr std::string_view type = "throwing", description = "Throws.";
  static constexpr auto& options = every_option;
  using Life::Life;
  connector::PollResult poll(std::uint32_t, std::uint64_t, connector_batch&, Call&) override {
    thrower.fail();
  }
  void wake() override { thrower.fail(); }
  void ack(std::span<const std::uint64_t>, Call&) override { thrower.fail(); }
  void nack(std::span<const std::uint64_t>, bool, Call&) override { thrower.fail(); }
  void pause(Call&) override { thrower.fail(); }
  void resume(Call&) override { thrower.fail(); }
  std::uint64_t backlog(Call&) override { thrower.fail(); }
  std::string offsets(Call&) override { thrower.fail(); }
  void set_offsets(std::string_view, Call&) override { thrower.fail(); }
};

class BadSink : public Life<connector::Sink> {
 public:
  static constexpr std::string_view type = "throwing", description = "Throws.";
  static constexpr auto& options = every_option;
  using Life::Life;
  void write(connector::Records, connector::Outcomes& outcomes, Call&) override {
    outcomes.delivered(0);  // set before the throw: holds
    thrower.fail();
  }
};

class BadTransform : public Life<connector::Transform> {
 public:
  static constexpr std::string_view type = "throwing", description = "Throws.";
  static constexpr auto& options = every_option;
  using Life::Life;
  void apply(connector::Records, connector::Outputs& outputs, connector::Outcomes&,
             Call&) override {
    outputs.emit(0);
    thrower.fail();
  }
};

class BadStore : public Life<connector::DedupStore> {
 public:
  static constexpr std::string_view type = "throwing", description = "Throws.";
  static constexpr auto& options = every_option;
  using Life::Life;
  void claim(std::string_view, std::chrono::milliseconds, connector::Ids,
             std::span<connector::Claim>, Call&) override {
    thrower.fail();
  }
  void renew(std::string_view, std::chrono::milliseconds, connector::Ids,
             std::span<connector::Claim>, Call&) override {
    thrower.fail();
  }
  void commit(connector::Ids, Call&) override { thrower.fail(); }
  void release(std::string_view, connector::Ids, Call&) override { thrower.fail(); }
};

}  // namespace

CONNECTOR_PLUGIN("throwing", "1.0.0", connector::component<BadSource>(),
                 connector::component<BadSink>(), connector::component<BadTransform>(),
                 connector::component<BadStore>())
