// The questions, one constant a file. Adding one: its file, its name here, its place in questions.cpp.
#pragma once

#include "weir/question.h"

namespace weir::questions {

extern const Question countries;
extern const Question users;
extern const Question companies;
extern const Question dates;
extern const Question actions;
extern const Question uris;
extern const Question tags;

}  // namespace weir::questions
