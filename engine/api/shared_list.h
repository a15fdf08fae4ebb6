// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

namespace ringside {

// A list that pictures share while nothing is added to it: copying one copies a pointer. Read like a const vector, by
// any thread; who makes one changes it by edit(), which copies what others hold.
template <class T>
class SharedList {
 public:
  SharedList() = default;
  SharedList(std::vector<T> list) : list_(std::make_shared<std::vector<T>>(std::move(list))) {}
  SharedList(std::initializer_list<T> list) : SharedList(std::vector<T>(list)) {}

  size_t size() const { return list_ ? list_->size() : 0; }
  bool empty() const { return size() == 0; }
  const T* data() const { return list_ ? list_->data() : nullptr; }
  const T* begin() const { return data(); }
  const T* end() const { return data() + size(); }
  auto rbegin() const { return std::make_reverse_iterator(end()); }
  auto rend() const { return std::make_reverse_iterator(begin()); }
  const T& operator[](size_t i) const { return (*list_)[i]; }
  const T& front() const { return list_->front(); }
  const T& back() const { return list_->back(); }

  std::vector<T>& edit() {
    if (!list_)
      list_ = std::make_shared<std::vector<T>>();
    else if (list_.use_count() > 1)
      list_ = std::make_shared<std::vector<T>>(*list_);
    else
      std::atomic_thread_fence(std::memory_order_acquire);  // what the last other holder read, it has read
    return *list_;
  }

 private:
  std::shared_ptr<std::vector<T>> list_;
};

}  // namespace ringside
