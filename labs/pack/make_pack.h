// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "labs/pack/pack_file.h"

// The teacher's side: from texts to a pack, and from a teacher's pack to the file that unlocks the students'.
namespace ringside::labs {

struct PackRequest {
  std::vector<LabText> labs;
  std::string id, title;  // "" = those of the lab, when it is one
  bool teacher = false, graded = false;
  int hints = -1;  // levels; -1 = all, of a graded student's pack all but the last
};

// A lab that a student's Ringside would refuse is refused here, at its author's line.
Result<Pack> make_pack(const PackRequest& request, const Rehearse& rehearse);

// What the students' packs of this teacher's pack hold back, but for hidden checks, solutions and the teacher's page.
Result<Pack> make_unlock(const Pack& teacher);

}  // namespace ringside::labs
