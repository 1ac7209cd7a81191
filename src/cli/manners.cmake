# The manners of the command line: what every command shares and none of them is about.
weir_stage(cli_manners
  SOURCES command_tree.cpp completion.cpp completion_bash.cpp completion_fish.cpp completion_scripts.cpp completion_zsh.cpp
          config.cpp hints.cpp man_page.cpp nearest.cpp progress_view.cpp reporter.cpp secrets.cpp
  LINK weir_base
  PRIVATE_LINK fmt::fmt nlohmann_json::nlohmann_json PkgConfig::TOMLPLUSPLUS CLI11::CLI11 Threads::Threads)
