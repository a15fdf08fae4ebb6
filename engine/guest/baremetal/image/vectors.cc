// SPDX-License-Identifier: BSD-3-Clause
#include "engine/spec/boot_info.h"

// Where the CPU arrives at an exception or an interrupt: a stub of 16 bytes each, so that whoever writes the IDT needs
// one address. An exception saves all registers in the order of spec::FaultFrame and is the guest's end; an interrupt
// saves those that a call may change. Which vCPU it is, tells the stack: one page each from kStacksGpa on.
namespace ringside::guest {

static_assert(spec::kVectors == 64 && spec::kFirstVector == 32 && spec::kVectorStubBytes == 16);
static_assert(spec::kStacksGpa == 0x18000 && spec::kStackBytes == 0x1000);

asm(R"(
  .text
  .globl guest_vectors
  .type guest_vectors, @function
  .balign 16
guest_vectors:
  .set vector, 0
  .set with_error_code, 0x60227d00  # vectors 8, 10 to 14, 17, 21, 29, 30
  .rept 32
  .balign 16
  .if ((with_error_code >> vector) & 1) == 0
  pushq $0
  .endif
  pushq $vector
  jmp fault_common
  .set vector, vector + 1
  .endr
  .rept 32
  .balign 16
  pushq $0
  pushq $vector - 32
  jmp irq_common
  .set vector, vector + 1
  .endr
  .size guest_vectors, . - guest_vectors

  .type fault_common, @function
fault_common:
  pushq %rax
  pushq %rbx
  pushq %rcx
  pushq %rdx
  pushq %rsi
  pushq %rdi
  pushq %rbp
  pushq %r8
  pushq %r9
  pushq %r10
  pushq %r11
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  cld
  movq %rsp, %rdi
  andq $-16, %rsp
  call guest_fault
  .size fault_common, . - fault_common

  .type irq_common, @function
irq_common:
  pushq %rax
  pushq %rcx
  pushq %rdx
  pushq %rsi
  pushq %rdi
  pushq %r8
  pushq %r9
  pushq %r10
  pushq %r11
  pushq %rbx
  movq %rsp, %rbx
  movq 80(%rsp), %rdi
  leaq -0x18000(%rsp), %rsi
  shrq $12, %rsi
  andq $-16, %rsp
  cld
  call guest_irq
  movq %rbx, %rsp
  popq %rbx
  popq %r11
  popq %r10
  popq %r9
  popq %r8
  popq %rdi
  popq %rsi
  popq %rdx
  popq %rcx
  popq %rax
  addq $16, %rsp
  iretq
  .size irq_common, . - irq_common
)");

}  // namespace ringside::guest
