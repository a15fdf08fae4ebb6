// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "app/desktop/kit/theme.h"
#include "engine/api/view/events.h"

namespace ringside::desktop {

// Who acts in a step, by colour: the same in the recorder, in Steps and in the lanes.
inline Token actor_of(const EventView& e) {
  if (e.exit) return Token::kExit;
  switch (e.kind) {
    case EventKind::kBuildFrame:
    case EventKind::kDriverWriteRow:
    case EventKind::kDriverTakeRow:
    case EventKind::kDriverCleanRow:
    case EventKind::kConsume:
    case EventKind::kHalt:
    case EventKind::kWake:
    case EventKind::kRegisterRead:
    case EventKind::kRegisterWrite: return Token::kGuest;
    case EventKind::kDeviceReadRow:
    case EventKind::kDeviceReadBuffer:
    case EventKind::kDeviceSegment:
    case EventKind::kDeviceWriteBuffer:
    case EventKind::kDeviceWriteBack: return Token::kDevice;
    case EventKind::kInterrupt: return Token::kIrq;
    case EventKind::kDrop: return Token::kDrop;
    default: return Token::kSwitch;
  }
}

}  // namespace ringside::desktop
