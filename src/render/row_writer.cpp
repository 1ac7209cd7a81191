#include "render/row_writer.h"

#include <fmt/format.h>

#include <set>
#include <string>
#include <vector>

#include "base/text.h"
#include "render/csv.h"
#include "render/json.h"
#include "render/markdown.h"
#include "render/row_format.h"

namespace weir {
namespace rendering {

constexpr std::size_t piece_bytes = std::size_t{64} << 10;

Result<bool> GatheringWriter::flush() {
  if (is_read_ && !out_.empty()) {
    WEIR_TRY_ASSIGN(is_read_, write_(out_));
  }
  out_.clear();
  return is_read_;
}

Result<bool> GatheringWriter::flush_if_due() {
  return out_.size() < piece_bytes ? Result<bool>(is_read_) : flush();
}

Status GatheringWriter::finish() {
  WEIR_TRY(flush());
  return {};
}

std::string shown_text(const QueryValue& value) {
  if (value.kind == ValueKind::null) return "–";
  if (value.kind != ValueKind::json) return printable(value.text);
  std::string json;
  append_json(json, value.text);
  return printable(json);
}

namespace {

// Each name once: "name", "name_2", and never one that another column has by itself.
std::vector<std::string> distinct_names(std::span<const QueryColumn> columns) {
  std::set<std::string> taken;
  for (const QueryColumn& column : columns) taken.insert(column.name);
  std::set<std::string> seen;
  std::vector<std::string> names;
  for (const QueryColumn& column : columns) {
    std::string name = column.name;
    for (int count = 2; seen.contains(name); ++count) {
      const std::string candidate = fmt::format("{}_{}", column.name, count);
      if (!taken.contains(candidate)) name = candidate;
      taken.insert(candidate);
    }
    seen.insert(name);
    names.push_back(std::move(name));
  }
  return names;
}

class ObjectWriter final : public GatheringWriter {
 public:
  ObjectWriter(WriteText write, bool array) : GatheringWriter(std::move(write)), array_(array) {}

  Status begin(std::span<const QueryColumn> columns) override {
    for (const std::string& name : distinct_names(columns)) {
      std::string key = keys_.empty() ? "{" : ",";
      append_json_string(key, name);
      keys_.push_back(key + ":");
    }
    if (array_) out_ += '[';
    return {};
  }

  Result<bool> row(std::span<const QueryValue> values) override {
    if (array_ && rows_ > 0) out_ += ",\n";
    ++rows_;
    for (std::size_t i = 0; i < values.size(); ++i) {
      out_ += keys_[i];
      append(values[i]);
    }
    out_ += '}';
    if (!array_) out_ += '\n';
    return flush_if_due();
  }

  Status finish() override {
    if (array_) out_ += "]\n";
    return GatheringWriter::finish();
  }

 private:
  void append(const QueryValue& value) {
    switch (value.kind) {
      case ValueKind::null: out_ += "null"; break;
      case ValueKind::text: append_json_string(out_, value.text); break;
      case ValueKind::json: append_json(out_, value.text); break;
      case ValueKind::boolean:
      case ValueKind::number: out_ += value.text; break;
    }
  }

  bool array_;
  std::vector<std::string> keys_;  // each with what stands around it
  std::size_t rows_ = 0;
};

class CsvWriter final : public GatheringWriter {
 public:
  CsvWriter(WriteText write, bool on_terminal) : GatheringWriter(std::move(write)), on_terminal_(on_terminal) {}

  Status begin(std::span<const QueryColumn> columns) override {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (i > 0) out_ += ',';
      append_csv_field(out_, columns[i].name, on_terminal_);
    }
    out_ += '\n';
    return {};
  }

  Result<bool> row(std::span<const QueryValue> values) override {
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i > 0) out_ += ',';
      if (values[i].kind == ValueKind::json) {
        std::string json;
        append_json(json, values[i].text);
        append_csv_field(out_, json, on_terminal_);
      } else if (values[i].kind != ValueKind::null) {
        append_csv_field(out_, values[i].text, on_terminal_);
      }
    }
    out_ += '\n';
    return flush_if_due();
  }

 private:
  bool on_terminal_;
};

class MarkdownWriter final : public GatheringWriter {
 public:
  using GatheringWriter::GatheringWriter;

  Status begin(std::span<const QueryColumn> columns) override {
    std::string rule = "|";
    out_ += '|';
    for (const QueryColumn& column : columns) {
      out_.append(" ").append(markdown_escaped(printable(column.name))).append(" |");
      rule.append(column.is_number ? " ---: |" : " --- |");
    }
    out_.append("\n").append(rule).append("\n");
    return {};
  }

  Result<bool> row(std::span<const QueryValue> values) override {
    out_ += '|';
    for (const QueryValue& value : values) out_.append(" ").append(markdown_escaped(shown_text(value))).append(" |");
    out_ += '\n';
    return flush_if_due();
  }
};

}  // namespace
}  // namespace rendering

std::unique_ptr<RowWriter> make_row_writer(Format format, const TableStyle& style, WriteText write) {
  switch (format) {
    case Format::json: return std::make_unique<rendering::ObjectWriter>(std::move(write), true);
    case Format::ndjson: return std::make_unique<rendering::ObjectWriter>(std::move(write), false);
    case Format::csv: return std::make_unique<rendering::CsvWriter>(std::move(write), style.width_columns > 0);
    case Format::markdown: return std::make_unique<rendering::MarkdownWriter>(std::move(write));
    case Format::table: break;
  }
  return rendering::make_row_table(style, std::move(write));
}

}  // namespace weir
