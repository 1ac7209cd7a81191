#include "convert/convert.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <numeric>
#include <thread>
#include <utility>

#include "clean/clean.h"
#include "convert/csv_output.h"
#include "convert/new_file.h"
#include "convert/rejections.h"
#include "convert/typing_reader.h"
#include "parquet/parquet_writer.h"
#include "scan/stored_rows.h"

namespace weir {
namespace {

using converting::Compression;
using converting::NewFile;

constexpr const char* what = "cannot convert to";

struct Form {
  std::string_view ending;
  bool is_parquet;
  Compression compression;
};
constexpr Form forms[] = {{".parquet", true, Compression::none},
                          {".csv", false, Compression::none},
                          {".csv.gz", false, Compression::gzip},
                          {".csv.zst", false, Compression::zstd}};

const Form* form_of(std::string_view name) {
  const auto* const found = std::ranges::find_if(forms, [&](const Form& form) { return name.ends_with(form.ending); });
  return found == std::end(forms) ? nullptr : found;
}

// Files that are written, and then seen, together.
class NewFiles {
 public:
  NewFiles(bool replace, Sources& sources) : replace_(replace), sources_(sources) {}
  NewFiles(const NewFiles&) = delete;
  NewFiles& operator=(const NewFiles&) = delete;
  // The folders that a file made go after those that later ones made in them.
  ~NewFiles() {
    while (!files_.empty()) files_.pop_back();
  }

  [[nodiscard]] Status check(const std::string& target) const {
    return replace_ ? Status() : converting::check_vacant(target, sources_);
  }
  Result<NewFile*> create(const std::string& target) {
    WEIR_TRY_ASSIGN(std::unique_ptr<NewFile> file, NewFile::create(target, sources_));
    files_.push_back(std::move(file));
    return files_.back().get();
  }
  Status settle(Progress* progress) {
    for (const std::unique_ptr<NewFile>& file : files_) WEIR_TRY(file->settle(progress));
    return {};
  }
  Status publish() {
    // Others may have come meanwhile. Of objects that is not looked at twice: it costs requests, and closes no gap.
    for (const std::unique_ptr<NewFile>& file : files_) {
      if (!is_remote(file->target())) WEIR_TRY(check(file->target()));
    }
    for (const std::unique_ptr<NewFile>& file : files_) WEIR_TRY(file->publish());
    return {};
  }

 private:
  const bool replace_;
  Sources& sources_;
  std::vector<std::unique_ptr<NewFile>> files_;
};

class Conversion {
 public:
  Conversion(Sources& sources, std::unique_ptr<scanning::StoredRows> stored, const ConvertOptions& options,
             std::unique_ptr<converting::Rejections> rejections, const Admit& admit, Progress* progress)
      : stored_(std::move(stored)),
        options_(options),
        rejections_(std::move(rejections)),
        admit_(admit),
        progress_(progress),
        files_(options.replace, sources) {
    converted_.uri = stored_->object.uri;
    std::vector<int> all(columns().size());
    std::iota(all.begin(), all.end(), 0);
    stored_->rows->select(all);
  }

  Result<Converted> to_csv(const std::string& target, Compression compression);
  Result<Converted> to_parquet(const std::string& target);
  Result<Converted> to_days(const std::string& folder);

 private:
  [[nodiscard]] const std::vector<std::string>& columns() const { return stored_->rows->columns(); }
  // Reads all rows into the writer.
  Result<std::unique_ptr<ParquetWriter>> taken(const std::string& where);
  Status write(ParquetWriter& writer, const std::string& target, const converting::DayFile& part,
               std::optional<Period> period);
  // All rows have been read: `rows` could be.
  Status settle(std::uint64_t rows);
  Result<Converted> publish();

  const std::unique_ptr<scanning::StoredRows> stored_;
  const ConvertOptions& options_;
  const std::unique_ptr<converting::Rejections> rejections_;
  const Admit& admit_;
  Progress* const progress_;
  converting::Findings findings_;
  NewFiles files_;
  Converted converted_;
};

Status Conversion::settle(std::uint64_t rows) {
  converted_.rows_rejected = rejections_->rows();
  converted_.rows_read = rows + converted_.rows_rejected;
  converted_.first_rejects = rejections_->first();
  return admit_(converted_);
}

Result<Converted> Conversion::publish() {
  std::uint64_t rows = converted_.rows_rejected;
  for (const ConvertedFile& file : converted_.files) rows += file.rows;
  if (rows != converted_.rows_read) {
    return fail("cannot convert", converted_.uri,
                fmt::format("{} rows were read, and {} would be written or rejected", converted_.rows_read, rows),
                "try again; check the disk");
  }
  WEIR_TRY(rejections_->settle());
  WEIR_TRY(files_.settle(progress_));
  if (interrupted()) return fail(ErrorKind::interrupted, "stopped converting", converted_.uri, "interrupted");
  WEIR_TRY(files_.publish());
  WEIR_TRY(rejections_->publish());
  return std::move(converted_);
}

Result<Converted> Conversion::to_csv(const std::string& target, Compression compression) {
  constexpr std::size_t piece_bytes = std::size_t{512} << 10U;
  WEIR_TRY_ASSIGN(NewFile* const file, files_.create(target));
  WEIR_TRY_ASSIGN(const auto output, converting::make_compressor(compression, *file));
  // Without any: the texts are wanted as they are.
  const ParquetColumns none;
  converting::TypingReader reader(stored_->rows->reader(), none, findings_, *rejections_, progress_);
  std::string text;
  converting::append_header(columns(), text);
  RowBatch batch;
  for (;;) {
    WEIR_TRY_ASSIGN(const bool more, reader.next(batch));
    if (more) converting::append_rows(batch, text);
    if (more && text.size() < piece_bytes) continue;
    WEIR_TRY(output->write(text));
    text.clear();
    if (!more) break;
  }
  WEIR_TRY(output->finish());
  WEIR_TRY(settle(findings_.rows));
  WEIR_TRY_ASSIGN(const std::uint64_t bytes, file->size());
  converted_.files.push_back({target, std::nullopt, findings_.rows, bytes});
  return publish();
}

Result<std::unique_ptr<ParquetWriter>> Conversion::taken(const std::string& where) {
  const ColumnBinding& binding = stored_->binding;
  converting::ColumnNames names = converting::parquet_names(columns(), binding);
  converted_.renamed = std::move(names.renamed);
  const ParquetColumns columns{std::move(names.names), Cleaner::own_column(Field::id, binding),
                               binding.index[static_cast<std::size_t>(Field::timestamp)],
                               Cleaner::own_column(Field::tags, binding)};
  // A column that other fields take too has to stay what they read.
  if (Cleaner::own_column(Field::timestamp, binding) < 0) findings_.times = false;
  const unsigned threads = options_.threads != 0 ? options_.threads : std::max(1U, std::thread::hardware_concurrency());
  WEIR_TRY_ASSIGN(auto writer, ParquetWriter::open(columns, {threads, options_.memory_limit_bytes, where}));
  WEIR_TRY(writer->take([&] {
    return std::make_unique<converting::TypingReader>(stored_->rows->reader(), columns, findings_, *rejections_,
                                                      progress_);
  }));
  return writer;
}

Status Conversion::write(ParquetWriter& writer, const std::string& target, const converting::DayFile& part,
                         std::optional<Period> period) {
  WEIR_TRY_ASSIGN(const NewFile* const file, files_.create(target));
  WEIR_TRY_ASSIGN(const std::uint64_t rows, writer.write(findings_.types(), part.first, part.last, file->open_path()));
  WEIR_TRY_ASSIGN(const std::uint64_t bytes, file->size());
  converted_.files.push_back({target, period, rows, bytes});
  return {};
}

Result<Converted> Conversion::to_parquet(const std::string& target) {
  WEIR_TRY_ASSIGN(const std::unique_ptr<ParquetWriter> writer, taken(target));
  WEIR_TRY(settle(findings_.rows));
  WEIR_TRY(write(*writer, target, {{}, no_day, std::numeric_limits<DayNumber>::max()}, std::nullopt));
  return publish();
}

Result<Converted> Conversion::to_days(const std::string& folder) {
  WEIR_TRY_ASSIGN(const std::unique_ptr<ParquetWriter> writer, taken(folder));
  WEIR_TRY_ASSIGN(const std::vector<ParquetWriter::DayRows> days, writer->days());
  WEIR_TRY_ASSIGN(const converting::DaySplit split, converting::split_by_day(days, options_.period, converted_.uri));
  converted_.split = split;
  for (const converting::DayFile& file : split.files) WEIR_TRY(files_.check(converting::day_path(folder, file.day)));
  WEIR_TRY(settle(findings_.rows));
  for (const converting::DayFile& file : split.files) {
    WEIR_TRY(write(*writer, converting::day_path(folder, file.day), file, file.day));
  }
  return publish();
}

}  // namespace

Result<Converted> convert(Sources& sources, const std::string& uri, const std::string& destination,
                          const ConvertOptions& options, const Admit& admit, Progress* progress) {
  const Form* const form = form_of(destination);
  if (form == nullptr && !options.split_by_day) {
    return fail(ErrorKind::usage, what, destination, "its name tells no format",
                "let it end in .parquet, .csv, .csv.gz or .csv.zst; or name a folder and add --split day");
  }
  if (form != nullptr && options.split_by_day) {
    return fail(ErrorKind::usage, what, destination, "a dump is split into files of a folder, and this names a file",
                "name the folder: YYYY/MM/DD/events.parquet will be in it");
  }
  if (is_remote(destination) && destination.front() != 's' && destination.front() != 'S') {
    return fail(ErrorKind::usage, what, display_name(destination), "only files and S3 can be written to",
                "name a path, or s3://bucket/key");
  }
  if (form != nullptr && !options.replace) WEIR_TRY(converting::check_vacant(destination, sources));
  ScanOptions scan = options.scan;
  scan.require_timestamp = options.split_by_day;
  WEIR_TRY_ASSIGN(auto stream, sources.open(uri));
  WEIR_TRY_ASSIGN(auto stored, scanning::StoredRows::open(std::move(stream), scan, progress));
  WEIR_TRY_ASSIGN(auto rejections, converting::Rejections::open(options.rejected_file, options.replace, sources));
  Conversion conversion(sources, std::move(stored), options, std::move(rejections), admit, progress);
  if (options.split_by_day) return conversion.to_days(destination);
  return form->is_parquet ? conversion.to_parquet(destination) : conversion.to_csv(destination, form->compression);
}

}  // namespace weir
