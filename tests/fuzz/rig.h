// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstring>
#include <string>
#include <vector>

#include "tests/fuzz/frames.h"
#include "tests/support/guest_ring.h"

namespace ringside::fuzz {

// A guest and its device, how it is used, and what must hold whatever the guest does. Vm: GuestE1000 or GuestVmxnet3.
// Each input runs twice on two of these, once free and once stepped: the fast way and the thorough way of the same
// frames must come to the same, in counters, packets, answers of registers and bytes in guest memory.
template <class Vm>
struct Rig : StepSink {
  template <class... Args>
  explicit Rig(const devices::NicModelInfo& info, Args... args) : vm(args..., 2048, true), model(info) {}

  Vm vm;
  const devices::NicModelInfo& model;
  Frames frames;
  std::vector<net::Packet*> drained;
  uint64_t digest = 0, fresh = 0;
  uint32_t steps = 0;
  bool always_stepped = false;

  void step(const StepEvent& event) override {
    must(event.packet <= 1000, "a step names a frame that somebody named");
    if (steps++ < 16) (void)model.event_words(event, 64);  // in words: a lab's student would read them
  }
  uint32_t frame_in(const void*, uint8_t, uint32_t row) override { return 1 + row % 1000; }
  void note(uint64_t value) { digest = mix(digest, value); }
  void set_stepping(bool on) { vm.turn.sink = on || always_stepped ? this : nullptr; }

  void begin(bool stepped) {
    vm.memory->wipe();
    vm.plug();
    if constexpr (requires { vm.may_loop; }) vm.may_loop = true;
    if (!fresh) fresh = registers();
    digest = steps = 0;
    always_stepped = stepped;
    set_stepping(false);
  }

  uint64_t registers() const {
    uint64_t all = 0;
    for (const RegisterValue& r : vm.nic->register_values()) all = mix(mix(all, r.offset), r.value);
    return all;
  }

  // A packet that leaves the guest is well formed, and the device has let go of it.
  void check(const net::Packet* packet) {
    uint32_t bytes = 0, segments = 0;
    for (const net::Packet* s = packet; s; s = s->next, segments++) {
      must(rte_mbuf_refcnt_read(s) == 1 && RTE_MBUF_DIRECT(s) && s->data_off + s->data_len <= s->buf_len,
           "a sent segment is the switch's alone and within its buffer");
      bytes += s->data_len;
    }
    must(bytes == packet->pkt_len && segments == packet->nb_segs && packet->data_len >= 14 && bytes <= 16384,
         "a sent frame's lengths add up");
  }

  void egress(Input& in) {
    net::Burst burst;
    for (uint32_t n = in.below(9) == 8 ? 32 : in.below(8); burst.count < n; vm.given++)
      burst.push(frames.make(in, vm.pool->get(), Vm::kMac));
    vm.nic->egress_burst(vm.turn, 0, burst);
    must(!burst.left(), "a NIC takes all of a burst");
    frames.release();
  }
  void ingress() {
    net::Burst burst;
    const uint32_t count = vm.nic->ingress_burst(vm.turn, 0, burst);
    must(count == burst.count && !burst.first, "a burst counts what it holds");
    vm.fetched += burst.left();
    for (; burst.left(); burst.first++) {
      check(burst.packets[burst.first]);
      note(digest_of(burst.packets[burst.first]));
      rte_pktmbuf_free(burst.packets[burst.first]);
    }
    note(vm.nic->has_work());
  }
  // What a worker does in a turn.
  void turn(Input& in) {
    const uint8_t how = in.byte();
    vm.turn.now += how & 1 ? in.take(2) : uint64_t{1} << how / 8;  // from a nanosecond to two seconds
    if (how & 2) egress(in);
    vm.nic->service(vm.turn);
    ingress();
    if (how & 4) ingress();
    if (how & 8) vm.nic->before_sleep();
    note(vm.nic->timer().at);
    must(vm.balanced(), "each frame has one place");
  }
  // The pool runs dry, or is full again.
  void drain(bool dry) {
    net::Packet* packet;
    if (dry)
      while ((packet = rte_pktmbuf_alloc(vm.pool->get()))) drained.push_back(packet);
    else
      for (; !drained.empty(); drained.pop_back()) rte_pktmbuf_free(drained.back());
  }

  // Everything that a panel shows.
  void eyes() {
    NicView nic;
    vm.nic->inspect(nic);
    note(nic.interrupts), note(nic.interrupts_moderated);
    if (!nic.rx_queues.empty()) check_sum(nic.rx, nic.rx_queues), check_sum(nic.tx, nic.tx_queues);
    for (const RegisterValue& r : nic.registers)
      note(r.value), (void)model.decode_register(uint32_t(r.offset), uint32_t(r.value));
    for (size_t ring = 0; ring < vm.nic->rings().size(); ring++) {
      devices::RingImage image;
      image.qwords.resize(2 * 256);  // shorter than some rings: the copy ends there
      for (uint32_t row = 0; (row = vm.nic->copy_rows(ring, row, image)) < image.size;) {
      }
      const RingView view = look(ring, &image);
      for (size_t row = 0; row < view.rows.size() && row < 4; row++)
        (void)model.decode_row(vm.nic->rings()[ring].kind, view.rows[row].qword);
    }
    note(vm.nic->undelivered()), note(uint64_t(vm.nic->receive_mode())), note(vm.nic->effective_mac());
    for (bool anew = true; vm.nic->publish(anew); anew = false) {
    }
  }
  RingView look(size_t ring, const devices::RingImage* image = nullptr) {
    RingView view;
    vm.nic->inspect_ring(ring, image, view);
    must(view.rows_device + view.rows_done + view.rows_driver + view.rows_error == view.size, "each row has one state");
    note(view.rows_device), note(view.rows_done), note(view.rows_error);
    return view;
  }
  template <class Queue, class Queues>
  void check_sum(const Queue& all, const Queues& queues) {
    uint64_t number = 0, bytes = 0;
    for (const auto& queue : queues) number += queue.frames, bytes += queue.bytes;
    must(number == all.frames && bytes == all.bytes, "queues add up to the NIC");
  }

  // Each frame has one place, and a reset gives every packet back.
  void settle() {
    set_stepping(false);
    for (size_t ring = 0; ring < vm.nic->rings().size(); ring++) look(ring);
    drain(false);
    for (const net::DropCounters* drops : {&vm.nic->rx_drops, &vm.nic->tx_drops})
      for (const Counter& c : drops->by_reason) note(c.value());
    for (const devices::QueueCounters* q : {&vm.nic->rx, &vm.nic->tx})
      note(q->frames.value()), note(q->bytes.value()), note(q->descriptors.value()), note(q->errors.value());
    note(vm.nic->register_misuses());
    vm.nic->reset();
    must(vm.balanced(), "each frame has one place after a reset");
    must(!vm.pool->in_use() && frames.all_back(), "a reset gives every packet back");
    must(!always_stepped || registers() == fresh, "after a reset the registers are those of power-on");
  }
  // After all that the device works as if it were new.
  void revive() {
    const uint64_t dropped = vm.nic->rx_drops.total() + vm.nic->tx_drops.total();
    vm.init();
    static const test::Bytes kFrame = test::make_frame(60, Vm::kMac);
    vm.send({kFrame});
    vm.put(kFrame);
    ring();
    must(vm.take() == kFrame && vm.fetch() == std::vector<test::Bytes>{kFrame}, "a frame passes each way");
    must(vm.nic->rx_drops.total() + vm.nic->tx_drops.total() == dropped && vm.balanced(), "and none is lost");
    vm.nic->reset();
    must(!vm.pool->in_use(), "the second reset gives every packet back");
  }
  void ring() {
    if constexpr (requires { vm.ring_tx(); }) vm.ring_tx();
  }
};

// The pages that either device wrote.
template <class Vm>
void compare(Rig<Vm>& free, Rig<Vm>& stepped) {
  must(free.digest == stepped.digest, "free and stepped runs answer, count and send the same");
  for (uint64_t word = 0; word < Vm::kMemory / 4096 / 64; word++) {
    const uint64_t pages =
        free.vm.memory->dirty_bitmap()[word].exchange(0) | stepped.vm.memory->dirty_bitmap()[word].exchange(0);
    for (uint64_t bits = pages; bits; bits &= bits - 1) {
      const uint64_t at = (word * 64 + uint64_t(__builtin_ctzll(bits))) * 4096;
      must(memcmp(free.vm.memory->base() + at, stepped.vm.memory->base() + at, 4096) == 0,
           "free and stepped runs write the same");
    }
  }
}

template <class Vm>
void twice(Rig<Vm>& free, Rig<Vm>& stepped, const uint8_t* data, size_t size, void (*run)(Rig<Vm>&, Input&)) {
  for (Rig<Vm>* rig : {&free, &stepped}) {
    Input in(data, size);
    rig->begin(rig == &stepped);
    run(*rig, in);
    rig->settle();
  }
  compare(free, stepped);
  free.revive(), stepped.revive();
}

// Steps that both models know.
template <class Vm>
void common_step(Rig<Vm>& rig, Input& in) {
  switch (in.below(10)) {
    case 0: return rig.eyes();
    case 1: return rig.drain(true);
    case 2: return rig.drain(false);
    case 3: return rig.set_stepping(true);
    case 4: return rig.set_stepping(false);
    case 5: rig.vm.nic->reset(); return;
    case 6: rig.vm.nic->set_tx_threshold(in.below(64)); return;
    case 7: rig.vm.nic->watch(in.below(uint32_t(rig.vm.nic->rings().size())), in.below(2)); return;
    case 8: rig.vm.nic->doorbell_rung(0), rig.note(rig.vm.nic->silent_doorbells().size()); return;
    default: return rig.ingress();
  }
}

}  // namespace ringside::fuzz
