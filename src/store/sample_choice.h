// Which samples of a class are worth their place: the slowest, the newest, and a random few.
#pragma once

#include "unjam/model/flush.h"

#include <cstddef>
#include <vector>

namespace unjam {

/// At most `most` of `samples`: first the slowest (four of ten), then the newest (three of ten),
/// then those with the smallest hash, which is a uniform choice that needs no memory of how many
/// there were. Choosing again from a choice and further samples keeps the slowest and newest of
/// all that ever were.
std::vector<ClassSample> choose_samples(std::vector<ClassSample> samples, std::size_t most);

}  // namespace unjam
