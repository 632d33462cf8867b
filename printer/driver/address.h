#pragma once
/* SPDX-License-Identifier: MIT
 * Where a printer is: the addresses of socket:, usb:, ipp: and ipps:. */
#include <stdbool.h>
#include <sys/socket.h>
#include "printer/driver/driver.h"

struct printer_address {
	char path[PRINTER_URI_MAX];  /* usb: the device; ipp: the resource ("/ipp/print"); socket: "" */
	char host[256];              /* ipp, ipps */
	int port;
	bool is_tls;
	bool is_silent;              /* ?status=none: nothing but page bytes */
	struct sockaddr_storage sa;  /* socket: */
	socklen_t sa_len;
};

/** printer_address_parse() - socket: and usb:. Return: NULL, or what is wrong, in a sentence. */
const char *printer_address_parse(const char *uri, struct printer_address *ret_address);
/** printer_address_parse_ipp() - ipp: (this machine only) and ipps:. */
const char *printer_address_parse_ipp(const char *uri, struct printer_address *ret_address);
