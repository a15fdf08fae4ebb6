// SPDX-License-Identifier: BSD-3-Clause
// cold: a port goes from a wire that stands aside to one that is tried, and back or not
#include <rte_ethdev.h>

#include <utility>

#include "engine/datapath/pnic/wire_impl.h"

// What is outside exists once: an interface that is made anew would be another one, without its addresses, and a second
// socket would receive what the first one sends. So the port moves as it is. That cannot fail, so neither can its way
// back.
namespace ringside::datapath {
namespace {

uint64_t transmit_errors(uint16_t port) {
  rte_eth_stats stats{};
  return rte_eth_stats_get(port, &stats) == 0 ? stats.oerrors : 0;
}

}  // namespace

Result<bool> Wire::Impl::take_over(const std::string& driver, const std::string& arguments,
                                   const std::vector<Wire*>& aside) {
  for (Wire* wire : aside) {
    Impl& theirs = *wire->impl_;
    if (!theirs.dev || !theirs.dev->is(driver, arguments)) continue;
    theirs.settle(*wire);
    if (theirs.down.load()) {
      // A dead tap goes before there is another one of its name: DPDK would take that one down with it.
      theirs.dev.reset();
      theirs.port = kNoPort;
      continue;
    }
    dev = std::move(theirs.dev);
    interface = theirs.interface;
    failed_before = theirs.failed_before;
    lender = wire;
    theirs.port = kNoPort;
    theirs.down.store(true);
    if (Status emptied = dev->empty(); !emptied.ok()) return emptied.error();  // and back it goes, with this wire
    return true;
  }
  return false;
}

void Wire::Impl::give_back() {
  if (!lender) return;
  Impl& theirs = *std::exchange(lender, nullptr)->impl_;
  theirs.dev = std::move(dev);
  theirs.port = theirs.dev->port();
  // What this wire failed to send is not in those books.
  if (theirs.repairs) theirs.failed_before = transmit_errors(theirs.port);
  if (Status emptied = theirs.dev->empty(); emptied.ok())
    theirs.down.store(false);
  else
    theirs.trouble = emptied.error().what;
}

void Wire::keep_port() { impl_->lender = nullptr; }

std::shared_ptr<PacketPool> Wire::port_buffers() const { return impl_->dev ? impl_->dev->buffers() : nullptr; }

}  // namespace ringside::datapath
