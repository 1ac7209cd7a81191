// Parquet files made by DuckDB, for those who read them.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "../store/temp_place.h"
#include "parquet/engine.h"

namespace weir::parquet_tests {

class MadeFile {
 public:
  // Of what `select` says.
  explicit MadeFile(const std::string& select, const std::string& options = "") {
    engine_ = parquet::Engine::open({}).value();
    connection_ = parquet::Connection::open(*engine_, {"cannot read", "made.parquet", path()}).value();
    const auto made =
        connection_->run("COPY (" + select + ") TO " + parquet::quoted(path()) + " (FORMAT parquet" + options + ")");
    EXPECT_TRUE(made) << to_string(made.error());
  }
  [[nodiscard]] std::string path() const { return place_ / "made.parquet"; }
  [[nodiscard]] parquet::Connection& connection() { return *connection_; }

 private:
  TempPlace place_;
  std::unique_ptr<parquet::Engine> engine_;
  std::unique_ptr<parquet::Connection> connection_;
};

}  // namespace weir::parquet_tests
