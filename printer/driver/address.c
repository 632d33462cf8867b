/* SPDX-License-Identifier: MIT
 * libcups takes IPP addresses apart (RFC 3986, IPv6 literals, default ports); the two short forms of our own are done
 * here with the C library's number parser. */
#include <arpa/inet.h>
#include <cups/cups.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "printer/driver/address.h"
#include "shared/base/banned.h"

#define USB_PREFIX "usb://"
#define SOCKET_PREFIX "socket://"

static bool cut_query(char *rest, bool *ret_is_silent)
{
	char *query = strchr(rest, '?');

	*ret_is_silent = query != NULL;
	if (query && strcmp(query, "?status=none") != 0)
		return false;
	if (query)
		*query = '\0';
	return true;
}

static const char *parse_socket(char *rest, struct printer_address *address)
{
	struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;
	char loopback[] = "127.0.0.1";
	char *host = rest, *port = strrchr(rest, ':');

	if (rest[strlen(rest) - 1] == '/')
		rest[strlen(rest) - 1] = '\0';
	if (rest[0] == '[') {
		host = rest + 1;
		port = strchr(rest, ']');
		if (!port)
			return "the bracket of the IPv6 address is not closed";
		*port++ = '\0';
		port = *port == ':' ? port : NULL;
	}
	if (port)
		*port++ = '\0';
	if (strcmp(host, "localhost") == 0)
		host = loopback;
	if (getaddrinfo(host, port ? port : "9100", &hints, &found) != 0)
		return "a socket: address needs numbers, like socket://192.0.2.7:9100";
	memcpy(&address->sa, found->ai_addr, found->ai_addrlen);
	address->sa_len = found->ai_addrlen;
	freeaddrinfo(found);
	return NULL;
}

const char *printer_address_parse(const char *uri, struct printer_address *ret_address)
{
	struct printer_address address = {0};
	char rest[PRINTER_URI_MAX];
	const char *error = NULL;
	bool is_usb = strncmp(uri, USB_PREFIX, strlen(USB_PREFIX)) == 0;

	if (!is_usb && strncmp(uri, SOCKET_PREFIX, strlen(SOCKET_PREFIX)) != 0)
		return "write socket://192.0.2.7:9100 or usb:///dev/usb/lp0";
	snprintf(rest, sizeof(rest), "%s", uri + strlen(is_usb ? USB_PREFIX : SOCKET_PREFIX));
	if (!cut_query(rest, &address.is_silent))
		return "the only option of such an address is ?status=none";
	if (is_usb && strncmp(rest, "/dev/", 5) == 0)
		snprintf(address.path, sizeof(address.path), "%s", rest);
	else if (is_usb || !rest[0])
		return "a usb: address names a device, like usb:///dev/usb/lp0";
	else
		error = parse_socket(rest, &address);
	if (!error)
		*ret_address = address;
	return error;
}

static bool is_loopback(const char *host)
{
	struct in_addr v4;

	return strcmp(host, "localhost") == 0 || strcmp(host, "::1") == 0 ||
	       (inet_pton(AF_INET, host, &v4) == 1 && ntohl(v4.s_addr) >> 24 == 127);
}

const char *printer_address_parse_ipp(const char *uri, struct printer_address *ret_address)
{
	struct printer_address address = {0};
	char scheme[16], user[64];

	if (httpSeparateURI(HTTP_URI_CODING_ALL, uri, scheme, sizeof(scheme), user, sizeof(user), address.host,
			    sizeof(address.host), &address.port, address.path, sizeof(address.path)) < HTTP_URI_STATUS_OK)
		return "not an address like ipps://192.0.2.8/ipp/print";
	address.is_tls = strcmp(scheme, "ipps") == 0;
	if (!address.is_tls && strcmp(scheme, "ipp") != 0)
		return "not an address like ipps://192.0.2.8/ipp/print";
	if (user[0])
		return "no user name belongs into a printer's address";
	if (!address.is_tls && !is_loopback(address.host))
		return "ipp: sends pages unencrypted and is allowed on this machine only; use ipps:";
	*ret_address = address;
	return NULL;
}
