// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "app/desktop/kit/recording.h"
#include "app/desktop/model/words.h"

namespace ringside::test {

// What is pressed next has its whole label, and a card that comes by itself lies neither on it nor on the top bar. Part
// of check_picture().
std::vector<std::string> buttons_without_label(const desktop::Recording& r);
std::vector<std::string> buttons_covered(const desktop::Recording& r);
// A card of the tour lies on nothing that it points at, and on no panel that it speaks of while another one has room.
std::vector<std::string> cards_on_their_subject(const desktop::Recording& r, const desktop::Words::TourStep& step);

}  // namespace ringside::test
