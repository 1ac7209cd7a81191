// Flags that say where dumps come from and which database they go to.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cli/context.h"
#include "cli/setting.h"
#include "weir/source.h"
#include "weir/store.h"

namespace CLI {
class App;
}

namespace weir::cli {

class DatabaseFlags {
 public:
  void add_to(CLI::App& app);
  // The store of --db, WEIR_DB or weir.toml. Opens nothing. Fails (usage) on a URL of no known kind.
  [[nodiscard]] Result<std::unique_ptr<Store>> open(const Context& context) const;
  // The same for who loads one dump after another.
  [[nodiscard]] Result<std::unique_ptr<Store>> open_for_loads(const Context& context) const;
  // As open() of `url`, which is made from url().
  [[nodiscard]] Result<std::unique_ptr<Store>> open(const Context& context, const std::string& url) const;
  // The URL, which may hold a password, and who said it: "--db", "WEIR_DB", "weir.toml:2: db", "the default".
  [[nodiscard]] Setting url(const Context& context) const;
  // Seconds, as they were written; nullopt: nobody said.
  [[nodiscard]] std::optional<Setting> wait(const Context& context) const;

 private:
  [[nodiscard]] Result<std::unique_ptr<Store>> open(const Context& context, const std::string& url,
                                                    bool loads_follow) const;
  std::optional<std::string> db_, wait_;
};

class SourceFlags {
 public:
  void add_to(CLI::App& app);
  // --source alone, for who reads dumps and looks at no ledger.
  void add_template_to(CLI::App& app);
  // nullopt: nobody named a source. Fails (usage) on a template that is none.
  [[nodiscard]] Result<std::optional<UriTemplate>> uri_template(const Context& context) const;
  // As it was written, and who said it.
  [[nodiscard]] std::optional<Setting> setting(const Context& context) const;
  // The same where there must be one.
  [[nodiscard]] Result<UriTemplate> required_template(const Context& context) const;
  [[nodiscard]] std::string name(const Context& context) const;
  // nullopt: nobody named one, and a command that only looks means them all.
  [[nodiscard]] std::optional<std::string> name_if_given(const Context& context) const;

 private:
  std::optional<std::string> source_, source_name_;
};

}  // namespace weir::cli
