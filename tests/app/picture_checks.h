// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "app/desktop/kit/recording.h"
#include "app/desktop/kit/theme.h"
#include "engine/api/snapshot.h"

namespace ringside::test {

// The checks of look/visual-language.md section 16 on what a frame drew. Each returns what is wrong, a line each.
std::vector<std::string> texts_that_leave_or_touch(const desktop::Recording& r);                        // 1
std::vector<std::string> texts_crossed_by_lines(const desktop::Recording& r);                           // 2
std::vector<std::string> texts_without_contrast(const desktop::Recording& r, const desktop::Theme& t);  // 3
std::vector<std::string> texts_of_strange_style(const desktop::Recording& r);                           // 4
std::vector<std::string> numbers_without_provenance(const desktop::Recording& r);                       // 5
// Stepped and paced, a picture has counts and no rate.
std::vector<std::string> invented_rates(const desktop::Recording& r);

// Lines between nodes that touch the next one's: which is whose cannot be seen.
std::vector<std::string> bands_that_merge(const desktop::Recording& r);
// A panel with figures of time, or with counts, says of which stretch of time they are.
std::vector<std::string> figures_without_stretch(const desktop::Recording& r);
// A name of which a letter or two are left says nothing: it stands whole, or something else gives it its place.
std::vector<std::string> names_cut_to_nothing(const desktop::Recording& r);
// In Topology each VM of the snapshot stands whole, or words say how many more there are; the chosen one always stands.
std::vector<std::string> guests_out_of_the_picture(const desktop::Recording& r, const Snapshot& s,
                                                   const std::string& chosen);
// A guest that is paused, halted or stopped is drawn as such.
std::vector<std::string> guests_drawn_as_running(const desktop::Recording& r, const Snapshot& s);

// The lab's running text: a sentence is never cut, and none stands there twice.
std::vector<std::string> sentences_cut(const desktop::Recording& r);
std::vector<std::string> sentences_repeated(const desktop::Recording& r);

// All of them on one frame; the test fails with the first dozen lines of each.
void check_picture(const desktop::Recording& r, const desktop::Theme& t);
// And what needs to be known of the machine that is drawn.
class Headless;
void check_picture(const Headless& h);

}  // namespace ringside::test
