// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "app/desktop/kit/recording.h"
#include "app/desktop/kit/theme.h"

namespace ringside::test {

// The checks of look/visual-language.md section 16 on what a frame drew. Each returns what is wrong, a line each.
std::vector<std::string> texts_that_leave_or_touch(const desktop::Recording& r);                        // 1
std::vector<std::string> texts_crossed_by_lines(const desktop::Recording& r);                           // 2
std::vector<std::string> texts_without_contrast(const desktop::Recording& r, const desktop::Theme& t);  // 3
std::vector<std::string> texts_of_strange_style(const desktop::Recording& r);                           // 4
std::vector<std::string> numbers_without_provenance(const desktop::Recording& r);                       // 5
// Stepped and paced, a picture has counts and no rate.
std::vector<std::string> invented_rates(const desktop::Recording& r);

// All of them on one frame; the test fails with the first dozen lines of each.
void check_picture(const desktop::Recording& r, const desktop::Theme& t);

}  // namespace ringside::test
