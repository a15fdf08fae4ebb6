// SPDX-License-Identifier: BSD-3-Clause
// From text to blocks and spans: md4c, and what the labs add to Markdown. Lines are broken in markdown_layout.cc.
#include "app/desktop/widgets/markdown.h"

#include <md4c.h>

#include <algorithm>
#include <cctype>

namespace ringside::desktop {
namespace {

using Kind = MarkdownBlock::Kind;

// Collects what md4c calls out.
struct Reader {
  std::vector<MarkdownBlock>& blocks;
  int strong = 0, emphasis = 0, code = 0, quotes = 0, lists = 0;
  std::vector<int> numbers{};  // of the lists that are open; 0 = bullets
  bool in_code = false, in_cell = false, item = false;

  std::vector<MarkdownSpan>& spans() {
    if (in_cell) return blocks.back().rows.back().back();
    return blocks.back().spans;
  }
  void begin(Kind kind) {
    MarkdownBlock block;
    block.kind = kind, block.indent = std::max(0, lists - 1), block.quoted = quotes > 0;
    if (item && kind == Kind::kParagraph) {
      block.kind = Kind::kItem;
      block.marker = numbers.back() ? std::to_string(numbers.back()++) + "." : "•";
      item = false;
    }
    blocks.push_back(std::move(block));
  }
};

int enter_block(MD_BLOCKTYPE type, void* detail, void* user) {
  Reader& r = *static_cast<Reader*>(user);
  switch (type) {
    case MD_BLOCK_QUOTE: ++r.quotes; break;
    case MD_BLOCK_UL: ++r.lists, r.numbers.push_back(0); break;
    case MD_BLOCK_OL: ++r.lists, r.numbers.push_back(int(static_cast<MD_BLOCK_OL_DETAIL*>(detail)->start)); break;
    case MD_BLOCK_LI: r.item = true, r.begin(Kind::kParagraph); break;
    case MD_BLOCK_P:
      if (r.lists == 0 || r.blocks.empty() || !r.blocks.back().spans.empty()) r.begin(Kind::kParagraph);
      break;
    case MD_BLOCK_H: r.begin(Kind::kHeading); break;
    case MD_BLOCK_CODE: r.begin(Kind::kCode), r.in_code = true; break;
    case MD_BLOCK_HR: r.begin(Kind::kRule); break;
    case MD_BLOCK_TABLE: r.begin(Kind::kTable); break;
    case MD_BLOCK_TR: r.blocks.back().rows.emplace_back(); break;
    case MD_BLOCK_TH:
    case MD_BLOCK_TD: r.blocks.back().rows.back().emplace_back(), r.in_cell = true; break;
    default: break;
  }
  return 0;
}

int leave_block(MD_BLOCKTYPE type, void*, void* user) {
  Reader& r = *static_cast<Reader*>(user);
  switch (type) {
    case MD_BLOCK_QUOTE: --r.quotes; break;
    case MD_BLOCK_UL:
    case MD_BLOCK_OL: --r.lists, r.numbers.pop_back(); break;
    case MD_BLOCK_CODE: r.in_code = false; break;
    case MD_BLOCK_TH:
    case MD_BLOCK_TD: r.in_cell = false; break;
    default: break;
  }
  return 0;
}

int enter_span(MD_SPANTYPE type, void*, void* user) {
  Reader& r = *static_cast<Reader*>(user);
  r.strong += type == MD_SPAN_STRONG, r.emphasis += type == MD_SPAN_EM, r.code += type == MD_SPAN_CODE;
  return 0;
}

int leave_span(MD_SPANTYPE type, void*, void* user) {
  Reader& r = *static_cast<Reader*>(user);
  r.strong -= type == MD_SPAN_STRONG, r.emphasis -= type == MD_SPAN_EM, r.code -= type == MD_SPAN_CODE;
  return 0;
}

int take_text(MD_TEXTTYPE type, const MD_CHAR* text, MD_SIZE size, void* user) {
  Reader& r = *static_cast<Reader*>(user);
  if (r.blocks.empty()) return 0;
  MarkdownSpan span;
  span.strong = r.strong > 0, span.emphasis = r.emphasis > 0, span.code = r.code > 0 || r.in_code;
  if (type == MD_TEXT_BR)
    span.line_break = true;
  else if (type == MD_TEXT_SOFTBR)
    span.text = " ";
  else
    span.text.assign(text, size);
  std::vector<MarkdownSpan>& spans = r.spans();
  // md4c calls out entities and escapes one by one: what looks alike belongs together
  if (!spans.empty() && !span.line_break) {
    MarkdownSpan& last = spans.back();
    if (!last.line_break && last.strong == span.strong && last.emphasis == span.emphasis && last.code == span.code)
      return last.text += span.text, 0;
  }
  spans.push_back(std::move(span));
  return 0;
}

// Cuts `span` so that [at, at + size) becomes a span of its own; that one's index.
size_t cut(std::vector<MarkdownSpan>& spans, size_t index, size_t at, size_t size) {
  MarkdownSpan before = spans[index], after = spans[index];
  before.text.resize(at);
  after.text.erase(0, at + size);
  spans[index].text = spans[index].text.substr(at, size);
  if (!after.text.empty()) spans.insert(spans.begin() + long(index) + 1, std::move(after));
  if (before.text.empty()) return index;
  spans.insert(spans.begin() + long(index), std::move(before));
  return index + 1;
}

// A text may hold thousands of keys: each part is copied once.
void find_keys(std::vector<MarkdownSpan>& spans, const std::function<std::string(const std::string&)>& key_of) {
  std::vector<MarkdownSpan> parts;
  const auto add = [&](const MarkdownSpan& like, std::string text, bool key) {
    MarkdownSpan& part = parts.emplace_back();
    part.strong = like.strong, part.emphasis = like.emphasis, part.code = like.code, part.line_break = like.line_break;
    part.text = std::move(text), part.key = key;
  };
  for (const MarkdownSpan& span : spans) {
    size_t from = 0;
    for (size_t at = span.text.find("{key:"); at != std::string::npos; at = span.text.find("{key:", from)) {
      const size_t end = span.text.find('}', at);
      if (end == std::string::npos) break;
      if (at > from) add(span, span.text.substr(from, at - from), false);
      add(span, key_of(span.text.substr(at + 5, end - at - 5)), true);
      from = end + 1;
    }
    if (from < span.text.size() || from == 0) add(span, span.text.substr(from), false);
  }
  spans = std::move(parts);
}

bool letter(char c) { return std::isalnum(static_cast<unsigned char>(c)) || (c & 0x80); }

// Where `term` stands in `text` as words of its own, whatever its case; a plural's s belongs to it.
size_t find_term(const std::string& text, const std::string& term, size_t& size) {
  const auto same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
  };
  for (auto from = text.begin();;) {
    const auto at = std::search(from, text.end(), term.begin(), term.end(), same);
    if (at == text.end()) return std::string::npos;
    const size_t begin = size_t(at - text.begin());
    size = term.size();
    if (begin + size < text.size() && text[begin + size] == 's') ++size;
    if ((begin == 0 || !letter(text[begin - 1])) && (begin + size == text.size() || !letter(text[begin + size])))
      return begin;
    from = at + 1;
  }
}

void find_terms(std::vector<MarkdownSpan>& spans, std::span<const GlossaryTerm> glossary, std::vector<bool>& seen) {
  std::vector<size_t> order(glossary.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return glossary[a].term.size() > glossary[b].term.size(); });
  for (const size_t t : order)
    for (size_t i = 0; i < spans.size() && !seen[t]; ++i) {
      size_t size = 0;
      if (spans[i].term >= 0 || spans[i].key || spans[i].code) continue;
      const size_t at = find_term(spans[i].text, glossary[t].term, size);
      if (at == std::string::npos) continue;
      i = cut(spans, i, at, size);
      spans[i].term = int(t);
      seen[t] = true;
    }
}

}  // namespace

Markdown::Markdown(std::string_view text, const std::function<std::string(const std::string&)>& key_of,
                   std::span<const GlossaryTerm> glossary) {
  Reader reader{blocks_};
  MD_PARSER parser{};
  parser.flags = MD_FLAG_TABLES | MD_FLAG_NOHTML;
  parser.enter_block = enter_block, parser.leave_block = leave_block;
  parser.enter_span = enter_span, parser.leave_span = leave_span;
  parser.text = take_text;
  md_parse(text.data(), MD_SIZE(text.size()), &parser, &reader);
  std::vector<bool> seen(glossary.size(), false);
  for (MarkdownBlock& block : blocks_) {
    find_keys(block.spans, key_of);
    find_terms(block.spans, glossary, seen);
    for (auto& row : block.rows)
      for (auto& cell : row) find_keys(cell, key_of);
  }
}

}  // namespace ringside::desktop
