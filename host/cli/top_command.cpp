#include <array>
#include <ctime>

#include "host/cli/command_line.hpp"
#include "host/cli/control_commands.hpp"
#include "host/cli/refusal.hpp"
#include "host/cli/top_text.hpp"
#include "host/observability/printable_text.hpp"

namespace connector_host::cli {
namespace {

std::string wall_time() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  std::array<char, 32> text{};
  gmtime_r(&now, &parts);
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

// Looks, and shows what it saw. A server that fails at the first look ends it; one that does later, such as for a restart,
// is waited for.
class Top {
 public:
  explicit Top(ControlSession& session) : session_(session) {}

  int run() {
    world::Time next = session_.world.now();
    for (std::uint64_t looks = 1;; ++looks) {
      look();
      if (session_.stop.stop_requested() || !session_.out) return exit_ok;
      if (looks == session_.line.count) return code_;
      next = std::max(next + session_.line.interval, session_.world.now());  // a slow answer is not caught up with
      session_.pause.wait_until(next);
      if (session_.stop.stop_requested()) return exit_ok;
    }
  }

 private:
  void look() {
    try {
      show(connector_views(session_.server.get("/connectors?expand=status")));
      seen_ = true;
      code_ = exit_ok;
    } catch (const http::ClientFailure& failure) {
      if (!seen_ || session_.stop.stop_requested()) throw;
      code_ = failure.kind() == http::ClientFailure::Kind::no_answer ? exit_unreachable : exit_runtime;
      show_failure(failure.what());
    } catch (const Refusal& refusal) {
      if (!seen_) throw;
      code_ = exit_runtime;
      show_failure(refusal.what());
    }
  }

  void show(std::vector<ConnectorView> connectors) {
    auto rates = meter_.look(connectors, session_.world.now());
    const Look look{wall_time(), std::move(connectors), std::move(rates)};
    if (session_.line.json)
      session_.out << json_of(look);
    else if (session_.screen.is_terminal)
      draw(look.time, table_of(look));
    else
      session_.out << line_of(look);
    session_.out << std::flush;
  }

  void show_failure(const std::string& what) {
    if (session_.screen.is_terminal && !session_.line.json)
      draw(wall_time(), observability::one_line(what) + "\n");
    else
      print_failure(session_.err, session_.server.name(), what);
  }

  void draw(const std::string& time, const std::string& text) {
    session_.out << drawn(session_.server.name() + "  " + time + "\n\n" + text, session_.screen) << std::flush;
  }

  ControlSession& session_;
  RateMeter meter_;
  bool seen_ = false;
  int code_ = exit_ok;
};

}  // namespace

int top_command(ControlSession& session) {
  return Top(session).run();
}

}  // namespace connector_host::cli
