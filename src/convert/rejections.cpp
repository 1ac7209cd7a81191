#include "convert/rejections.h"

#include <fmt/format.h>

#include <algorithm>

#include "parquet/value_text.h"

namespace weir::converting {

Result<std::unique_ptr<Rejections>> Rejections::open(const std::string& path, bool replace, Sources& sources) {
  auto rejections = std::make_unique<Rejections>();
  if (path.empty()) return rejections;
  if (!replace) WEIR_TRY(check_vacant(path, sources));
  WEIR_TRY_ASSIGN(rejections->file_, NewFile::create(path, sources));
  WEIR_TRY(rejections->file_->write("line,reason,raw\n"));
  return rejections;
}

Status Rejections::add(const std::vector<Reject>& rejects) {
  if (rejects.empty()) return {};
  const std::lock_guard hold(mutex_);
  rows_ += rejects.size();
  first_.insert(first_.end(), rejects.begin(), rejects.end());
  std::ranges::sort(first_, {}, &Reject::line);
  if (first_.size() > kept_max) first_.resize(kept_max);
  if (!file_) return {};
  std::string text;
  for (const Reject& reject : rejects) {
    text += fmt::format("{},", reject.line);
    parquet::append_csv_field(reject.reason, text);
    text += ',';
    parquet::append_csv_field(reject.raw, text);
    text += '\n';
  }
  return file_->write(text);
}

std::uint64_t Rejections::rows() const {
  const std::lock_guard hold(mutex_);
  return rows_;
}

std::vector<Reject> Rejections::first() const {
  const std::lock_guard hold(mutex_);
  return first_;
}

Status Rejections::settle() {
  return file_ ? file_->settle(nullptr) : Status();
}

Status Rejections::publish() {
  return file_ ? file_->publish() : Status();
}

}  // namespace weir::converting
