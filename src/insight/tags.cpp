#include "insight/questions.h"

namespace weir::questions {

const Question tags{
    .name = "tags",
    .singular = "tag",
    .heading = "Tag",
    .summary = "What about: an event counts once for each tag it carries",
    .field = Field::tags,
};

}  // namespace weir::questions
