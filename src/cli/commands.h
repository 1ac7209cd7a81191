// The commands, one file each. Adding one: its file, its name here, its call in program.cpp.
#pragma once

#include "cli/program.h"

namespace weir::cli {

void add_insights(Program& program);
void add_top(Program& program);
void add_trend(Program& program);
void add_tags(Program& program);
void add_fetch(Program& program);
void add_convert(Program& program);
void add_plan(Program& program);
void add_ingest(Program& program);
void add_status(Program& program);
void add_verify(Program& program);
void add_rejects(Program& program);
void add_drop(Program& program);
void add_query(Program& program);
void add_lambda(Program& program);
void add_schedule(Program& program);
void add_doctor(Program& program);
void add_db(Program& program);
void add_completion(Program& program);

// For Program::when_not_started of a program that AWS Lambda started: an initialization error, in place of `weir
// lambda`'s first question for work.
void tell_lambda_of_no_start(const Error& error);

}  // namespace weir::cli
