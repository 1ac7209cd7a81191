#include "cli/telling_flags.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <fstream>

#include "cli/output.h"
#include "cli/setting.h"
#include "source/http.h"
#include "source/retry.h"
#include "source/url.h"
#include "weir/progress.h"

namespace weir::cli {
namespace {

constexpr const char* group = "Telling";
constexpr std::chrono::seconds stall_limit{10};

// In a web hook's address the path is the secret.
std::string shown(const std::string& url) {
  const std::optional<source::Url> parts = source::split_url(url);
  return parts ? fmt::format("{}://{}", parts->scheme, parts->host) : "(not a web address)";
}

Status post(const std::string& url, const std::string& json) {
  source::HttpClient http("");
  source::HttpRequest request;
  request.method = "POST";
  request.url = url;
  request.headers.emplace_back("content-type", "application/json");
  request.body = json;
  request.stall_limit = stall_limit;
  const source::HttpResponse response = source::send_with_retries([&] { return http.send(request, nullptr); });
  constexpr const char* what = "nobody was told at";
  if (response.failure) return tl::unexpected(transport_error(what, shown(url), shown(url), response));
  if (response.ok()) return {};
  return fail(what, shown(url), fmt::format("it answered {}", response.status), "check the address of --notify");
}

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text;
  std::getline(file, text, '\0');  // all of it; nothing where there is no file yet
  return text;
}

Status write_metrics(const std::string& path, const IngestRun& run) {
  const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
  return write_output(path, metrics_of(run, now.count(), text_of(path)));
}

// While it lives, an interrupt that came before is out of sight.
class InterruptAside {
 public:
  InterruptAside() : was_(interrupted()) { clear_interrupt(); }
  ~InterruptAside() {
    if (was_) request_interrupt();
  }
  InterruptAside(const InterruptAside&) = delete;
  InterruptAside& operator=(const InterruptAside&) = delete;

 private:
  bool was_;
};

}  // namespace

void TellingFlags::add_to(CLI::App& app) {
  add_notify_to(app);
  app.add_option("--metrics-file", metrics_file_,
                 "Write what it came to for node_exporter's textfile collector: NAME.prom in its directory")
      ->type_name("FILE")
      ->group(group);
}

void TellingFlags::add_notify_to(CLI::App& app) {
  app.add_option("--notify", notify_, "Post what it came to as JSON, as Slack takes it; the default is WEIR_NOTIFY")
      ->type_name("URL")
      ->group(group);
}

std::optional<std::string> TellingFlags::url(const Context& context) const {
  if (notify_) return notify_;
  if (auto variable = context.variables("WEIR_NOTIFY")) return variable;
  return context.config.notify;
}

Status TellingFlags::check(const Context& context) const {
  const std::optional<std::string> address = url(context);
  if (!address || source::split_url(*address)) return {};
  return fail(ErrorKind::usage, "bad value", "--notify", "it is no http:// or https:// address",
              "write it as https://hooks.slack.com/services/…; WEIR_NOTIFY and weir.toml are out of others' sight");
}

bool TellingFlags::notifies(const Context& context) const {
  return url(context).has_value();
}

std::optional<std::string> TellingFlags::metrics_file(const Context& context) const {
  return metrics_file_ ? metrics_file_ : context.config.metrics_file;
}

void TellingFlags::tell(Context& context, const IngestRun& run) const {
  const InterruptAside aside;
  const std::optional<std::string> file = metrics_file(context);
  if (file) {
    const Status written = write_metrics(*file, run);
    if (!written) context.reporter.warn(facts_of(written.error()));
  }
  const std::optional<std::string> address = url(context);
  if (!address || (run.results.empty() && !run.error)) return;
  const Status posted = post(*address, notification_of(run));
  if (!posted) context.reporter.warn(to_string(posted.error()));
}

}  // namespace weir::cli
