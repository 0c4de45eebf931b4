#include "unjam/aggregate/incidents.h"

#include <gtest/gtest.h>

namespace unjam {
namespace {

TEST(MaskErrorMessage, KeepsNamesAndHidesValues) {
  const struct {
    const char* message;
    const char* masked;
  } cases[] = {
      {"duplicate key value violates unique constraint \"uq_email\"",
       "duplicate key value violates unique constraint \"uq_email\""},
      {"invalid input syntax for type integer: \"secret\"",
       "invalid input syntax for type integer: ?"},
      {"relation \"t1\" does not exist", "relation \"t1\" does not exist"},
      {"value 99999 is out of range", "value ? is out of range"},
      {"Duplicate entry 'a@b.example' for key 'uq'", "Duplicate entry ? for key ?"},
      {"can't connect", "can't connect"},
      {"open \"quote", "open ?"},
      {"10.5.1 and x9", "? and x9"},
      {"", ""},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(mask_error_message(c.message), c.masked);
  }
}

}  // namespace
}  // namespace unjam
