// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace ringside {

// What went wrong, in the three parts in which Ringside speaks: what happened (with the place), what is unchanged, what
// to do.
struct Error {
  std::string what{};       // "rx_ring=100 is not possible for an E1000. Its rings have 8, 16, 24 … 4096 rows."
  std::string unchanged{};  // "No line of this file was applied."; may be empty
  std::string remedy{};     // "Nearest: rx_ring=104"; may be empty
  std::string place{};      // "first.scn, line 7"; filled in by whoever knows it

  bool environment = false;  // the request was right, and this machine cannot do it

  // All parts as one text, a line each.
  std::string text() const {
    std::string s = place.empty() ? what : place + ": " + what;
    if (!unchanged.empty()) s += "\n" + unchanged;
    if (!remedy.empty()) s += "\n" + remedy;
    return s;
  }
};

inline constexpr char kNothingBuilt[] = "Nothing was built.";  // what `unchanged` mostly says of a machine

// A value or an Error. Cold paths only; the data path counts and drops instead.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  T& value() { return std::get<0>(state_); }
  const T& value() const { return std::get<0>(state_); }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  Error& error() { return std::get<1>(state_); }
  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

// Success, or an Error.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Error error) : error_(std::move(error)) {}
  bool ok() const { return !error_; }
  explicit operator bool() const { return ok(); }
  const Error& error() const { return *error_; }

 private:
  std::optional<Error> error_;
};

}  // namespace ringside
