#pragma once
/* SPDX-License-Identifier: MIT
 * HAS_ADDRESS_SANITIZER is defined in builds with it, by either compiler: it has an allocator of its own, reserves
 * terabytes of address space, and attaches to its own process at exit. */
#ifdef __SANITIZE_ADDRESS__
#define HAS_ADDRESS_SANITIZER
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ADDRESS_SANITIZER
#endif
#endif
