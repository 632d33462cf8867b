/* SPDX-License-Identifier: MIT
 * AT-SPI: keeps a tree of accessible objects beside the tree on the screen. Objects live as long as their key stays
 * under the same parent, so that a screen reader does not lose its place when a screen is rebuilt; what differs
 * is told as events. Publishing happens when the loop is idle: after the frame is on the display. */
#include <atk-bridge.h>
#include <errno.h>
#include <string.h>

#include "shared/base/fault.h"
#include "shared/jp/ruby.h"
#include "terminal/ui/atspi_object.h"
#include "terminal/ui/ui_inner.h"
#include "shared/base/banned.h"

#define APPLICATION_NAME "madoguchi-terminal"
#define PATH_MARK "\x1f" /* unit separator: never in a key */
#define ROOT_QUARK "madoguchi-accessible-root"

enum request_kind { REQUEST_PRESS, REQUEST_FOCUS, REQUEST_ENTER };

struct ui_atspi {
	struct ui *ui;
	struct accessible *application, *frame;
	struct accessible_owner *owner;
	char *screen;                 /* title published last */
	guint idle;
	GPtrArray *requests;          /* idle sources still to run */
};

struct request {
	struct ui_atspi *atspi;
	enum request_kind kind;
	char *path, *text;
	guint source;
};

/* ---- what a node says ---- */

static char *plain(const char *text)
{
	char *stripped = ruby_strip(text ? text : ""), *copy;

	for (char *at = stripped; at && *at; at++)
		if (*at == '\n')
			*at = ' ';
	copy = g_strdup(stripped ? stripped : "");
	if (stripped)
		explicit_bzero(stripped, strlen(stripped));
	free(stripped);
	return copy;
}

static char *description_of(const struct ui_node *node, const char *language)
{
	bool is_ja = !language || strncmp(language, "ja", 2) == 0;
	char *detail, *note, *whole;

	if (node->parent && node->parent->role == UI_STEPS) {
		if (node->state & UI_IS_CURRENT)
			return g_strdup(is_ja ? "いまは ここです" : "current step");
		return g_strdup(node->state & UI_IS_DONE ? (is_ja ? "おわりました" : "done") : "");
	}
	if (!node->detail && !node->note)
		return g_strdup("");
	detail = plain(node->detail);
	note = plain(node->note);
	whole = *detail && *note ? g_strconcat(detail, is_ja ? "。" : ". ", note, NULL)
				 : g_strdup(*detail ? detail : note);
	g_free(detail);
	g_free(note);
	return whole;
}

/* A password says how long it is and nothing else, whatever its value should hold. */
static char *text_of(const struct ui_node *node, const char *name)
{
	GString *bullets;

	if (node->role == UI_ENTRY)
		return g_strdup(node->value ? node->value : "");
	if (node->role != UI_PASSWORD)
		return g_strdup(name);
	bullets = g_string_new(NULL);
	for (glong n = g_utf8_strlen(node->value ? node->value : "", -1); n > 0; n--)
		g_string_append(bullets, "•");
	return g_string_free(bullets, FALSE);
}

static uint64_t states_of(const struct ui *ui, const struct ui_node *node)
{
	uint64_t states = STATE_BIT(ATK_STATE_VISIBLE) | STATE_BIT(ATK_STATE_SHOWING) | STATE_BIT(ATK_STATE_ENABLED) |
			  STATE_BIT(ATK_STATE_SENSITIVE);

	if (node->state & UI_IS_DISABLED)
		states &= ~(STATE_BIT(ATK_STATE_ENABLED) | STATE_BIT(ATK_STATE_SENSITIVE));
	if (look_is_focusable(node) || node->role == UI_HEADING)
		states |= STATE_BIT(ATK_STATE_FOCUSABLE);
	if (ui->focus == node)
		states |= STATE_BIT(ATK_STATE_FOCUSED);
	if (node->state & UI_IS_CHOSEN)
		states |= STATE_BIT(ATK_STATE_CHECKED);
	if (node->state & UI_IS_CURRENT)
		states |= STATE_BIT(ATK_STATE_SELECTED);
	if (node->role == UI_ENTRY)
		states |= STATE_BIT(ATK_STATE_EDITABLE) | STATE_BIT(ATK_STATE_SINGLE_LINE);
	if (node->role == UI_FRAME)
		states |= STATE_BIT(ATK_STATE_ACTIVE);
	return states;
}

/* Without a key a node is the nth of its role under its parent. */
static char *identity_of(const struct ui_node *node)
{
	int nth = 0;

	if (node->key)
		return g_strdup(node->key);
	if (node->parent)
		for (const struct ui_node *at = node->parent->first_child; at != node; at = at->next)
			if (at->role == node->role && !at->key)
				nth++;
	return g_strdup_printf("#%d.%d", (int)node->role, nth);
}

/* ---- keeping both trees alike ---- */

static void say_bounds(struct accessible *self)
{
	AtkRectangle rectangle = {self->box.x, self->box.y, self->box.width, self->box.height};

	g_signal_emit_by_name(self, "bounds-changed", &rectangle);
}

static void announce(struct accessible *self, const char *text)
{
	if (*text && g_signal_lookup("announcement", ATK_TYPE_OBJECT) != 0)
		g_signal_emit_by_name(self, "announcement", text);
}

static void update(struct ui_atspi *atspi, struct accessible *self, const struct ui_node *node, bool is_silent)
{
	const char *language = node->language ? node->language : atspi->ui->tree->language;
	char *name = plain(node->name), *description = description_of(node, language), *text = text_of(node, name);
	bool is_moved = memcmp(&self->box, &node->box, sizeof(self->box)) != 0;
	bool is_news = node->role == UI_STATUS && g_strcmp0(self->text, text) != 0;

	if (g_strcmp0(self->language, language) != 0) {
		g_free(self->language);
		self->language = g_strdup(language);
	}
	if (g_strcmp0(atk_object_get_name(ATK_OBJECT(self)), name) != 0)
		atk_object_set_name(ATK_OBJECT(self), name);
	if (g_strcmp0(atk_object_get_description(ATK_OBJECT(self)), description) != 0)
		atk_object_set_description(ATK_OBJECT(self), description);
	accessible_set_text(self, text, is_silent);
	self->box = node->box;
	if (is_moved && !is_silent)
		say_bounds(self);
	accessible_set_states(self, states_of(atspi->ui, node), is_silent);
	if (is_news)
		announce(self, text);
	g_free(name);
	g_free(description);
	explicit_bzero(text, strlen(text));
	g_free(text);
}

static struct accessible *take_child(GPtrArray *children, const char *identity, enum ui_role role)
{
	for (guint i = 0; i < children->len; i++) {
		struct accessible *child = g_ptr_array_index(children, i);

		if (child && child->role == role && strcmp(child->identity, identity) == 0) {
			children->pdata[i] = NULL;
			return child;
		}
	}
	return NULL;
}

static void sync_children(struct ui_atspi *atspi, struct accessible *self, const struct ui_node *node,
			  bool is_silent);

static struct accessible *child_new(struct ui_atspi *atspi, struct accessible *parent, const struct ui_node *node,
				    char *identity)
{
	struct accessible *child = accessible_new(node->role, atspi->owner);

	child->identity = identity;
	child->path = g_strconcat(parent->path, PATH_MARK, identity, NULL);
	atk_object_set_parent(ATK_OBJECT(child), ATK_OBJECT(parent));
	if (node->key)
		atk_object_set_accessible_id(ATK_OBJECT(child), node->key);
	update(atspi, child, node, true);
	sync_children(atspi, child, node, true);
	return child;
}

/* What is no longer there is told first, from the last, so that indices stay right for the reader. */
static void drop_the_gone(struct accessible *self, GPtrArray *before)
{
	for (guint i = before->len; i-- > 0;) {
		struct accessible *gone = g_ptr_array_index(before, i);

		if (!gone)
			continue;
		accessible_set_defunct(gone);
		g_signal_emit_by_name(self, "children-changed::remove", i, gone, NULL);
		g_object_unref(gone);
	}
}

static void sync_children(struct ui_atspi *atspi, struct accessible *self, const struct ui_node *node, bool is_silent)
{
	GPtrArray *before = self->children, *added = g_ptr_array_new();

	self->children = g_ptr_array_new_with_free_func(g_object_unref);
	for (const struct ui_node *at = node->first_child; at; at = at->next) {
		char *identity;
		struct accessible *child;

		if (at->role == UI_SPACER)
			continue;
		identity = identity_of(at);
		child = take_child(before, identity, at->role);
		if (child) {
			g_free(identity);
			update(atspi, child, at, is_silent);
			sync_children(atspi, child, at, is_silent);
		} else {
			child = child_new(atspi, self, at, identity);
			g_ptr_array_add(added, child);
		}
		child->index = (int)self->children->len;
		g_ptr_array_add(self->children, child);
	}
	g_ptr_array_set_free_func(before, NULL);
	drop_the_gone(self, before);
	g_ptr_array_unref(before);
	for (guint i = 0; i < added->len && !is_silent; i++) {
		struct accessible *child = g_ptr_array_index(added, i);

		g_signal_emit_by_name(self, "children-changed::add", (guint)child->index, child, NULL);
		if (child->states & STATE_BIT(ATK_STATE_FOCUSED))
			atk_object_notify_state_change(ATK_OBJECT(child), ATK_STATE_FOCUSED, TRUE);
	}
	g_ptr_array_unref(added);
}

static struct accessible *focused(struct accessible *self)
{
	if (self->states & STATE_BIT(ATK_STATE_FOCUSED))
		return self;
	for (guint i = 0; i < self->children->len; i++) {
		struct accessible *found = focused(g_ptr_array_index(self->children, i));

		if (found)
			return found;
	}
	return NULL;
}

void ui_atspi_changed(struct ui_atspi *atspi)
{
	struct ui_tree *tree = atspi ? atspi->ui->tree : NULL;
	struct accessible *focus;
	bool is_new_screen;

	if (!tree)
		return;
	if (atspi->idle) {
		g_source_remove(atspi->idle);
		atspi->idle = 0;
	}
	is_new_screen = g_strcmp0(atspi->screen, tree->root->name) != 0;
	update(atspi, atspi->frame, tree->root, false);
	sync_children(atspi, atspi->frame, tree->root, false);
	if (!is_new_screen)
		return;
	g_free(atspi->screen);
	atspi->screen = g_strdup(tree->root->name);
	g_signal_emit_by_name(atspi->frame, "activate");
	/* once more when the window is said to be new: readers begin there */
	focus = focused(atspi->frame);
	if (focus)
		atk_object_notify_state_change(ATK_OBJECT(focus), ATK_STATE_FOCUSED, TRUE);
}

/* ---- requests from the bus, answered from the loop ---- */

static const struct ui_node *node_at(const struct ui_node *node, const char *path)
{
	const char *end = strchr(path, *PATH_MARK);

	for (const struct ui_node *at = node->first_child; at; at = at->next) {
		char *identity = identity_of(at);
		size_t length = end ? (size_t)(end - path) : strlen(path);
		bool is_same = strlen(identity) == length && strncmp(identity, path, length) == 0;

		g_free(identity);
		if (is_same)
			return end ? node_at(at, end + 1) : at;
	}
	return NULL;
}

static void request_free(void *data)
{
	struct request *request = data;

	g_free(request->path);
	if (request->text)
		explicit_bzero(request->text, strlen(request->text));
	g_free(request->text);
	g_free(request);
}

static gboolean request_run(gpointer data)
{
	struct request *request = data;
	struct ui *ui = request->atspi->ui;
	const struct ui_node *node = ui->tree && *request->path == *PATH_MARK ? node_at(ui->tree->root, request->path + 1) : NULL;
	enum request_kind kind = request->kind;
	char *text = request->text;

	request->source = 0;
	request->text = NULL;
	g_ptr_array_remove_fast(request->atspi->requests, request); /* frees it */
	if (node) {
		ui_activity(ui);
		switch (kind) {
		case REQUEST_PRESS:
			ui_press(ui, node);
			break;
		case REQUEST_FOCUS:
			ui_focus_set(ui, node, look_is_focusable(node));
			break;
		case REQUEST_ENTER:
			ui_entry_set(ui, node, text);
			break;
		}
	}
	if (text)
		explicit_bzero(text, strlen(text));
	g_free(text);
	return G_SOURCE_REMOVE;
}

static void request_add(struct ui_atspi *atspi, enum request_kind kind, const char *path, const char *text)
{
	struct request *request = g_new0(struct request, 1);

	request->atspi = atspi;
	request->kind = kind;
	request->path = g_strdup(path);
	request->text = g_strdup(text);
	g_ptr_array_add(atspi->requests, request);
	request->source = g_idle_add_full(G_PRIORITY_DEFAULT, request_run, request, NULL);
}

static void owner_press(void *data, const char *path)
{
	request_add(data, REQUEST_PRESS, path, NULL);
}

static void owner_focus(void *data, const char *path)
{
	request_add(data, REQUEST_FOCUS, path, NULL);
}

static void owner_enter(void *data, const char *path, const char *text)
{
	request_add(data, REQUEST_ENTER, path, text);
}

/* ---- coming and going ---- */

static gboolean publish(gpointer data)
{
	struct ui_atspi *atspi = data;

	atspi->idle = 0;
	ui_atspi_changed(atspi);
	return G_SOURCE_REMOVE;
}

static void on_ui_changed(void *data)
{
	struct ui_atspi *atspi = data;

	if (!atspi->idle)
		atspi->idle = g_idle_add_full(G_PRIORITY_DEFAULT_IDLE + 10, publish, atspi, NULL);
}

static AtkObject *get_root(void)
{
	return g_type_get_qdata(ATK_TYPE_UTIL, g_quark_from_static_string(ROOT_QUARK));
}

static const char *get_toolkit_name(void)
{
	return "madoguchi";
}

static const char *get_toolkit_version(void)
{
	return MADOGUCHI_VERSION;
}

static void claim_root(struct accessible *application)
{
	AtkUtilClass *util = g_type_class_ref(ATK_TYPE_UTIL);

	/* ATK asks for its root through a function without data; the type carries it */
	g_type_set_qdata(ATK_TYPE_UTIL, g_quark_from_static_string(ROOT_QUARK), application);
	util->get_root = get_root;
	util->get_toolkit_name = get_toolkit_name;
	util->get_toolkit_version = get_toolkit_version;
	g_type_class_unref(util);
}

static bool has_bus(void)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	CLEANUP(freep) char *path = NULL;

	if (getenv("DBUS_SESSION_BUS_ADDRESS") || getenv("AT_SPI_BUS_ADDRESS"))
		return true;
	return runtime && asprintf(&path, "%s/bus", runtime) >= 0 && access(path, R_OK | W_OK) == 0;
}

int ui_atspi_new(struct ui *ui, struct ui_atspi **ret_atspi)
{
	struct ui_atspi *atspi;

	if (!has_bus())
		return fault_raise(-ENOTCONN);
	atspi = g_new0(struct ui_atspi, 1);
	atspi->ui = ui;
	atspi->requests = g_ptr_array_new_with_free_func(request_free);
	atspi->owner = g_new0(struct accessible_owner, 1);
	*atspi->owner = (struct accessible_owner){owner_press, owner_focus, owner_enter, atspi, 1};
	atspi->application = accessible_new(N_UI_ROLES, atspi->owner);
	atk_object_set_name(ATK_OBJECT(atspi->application), APPLICATION_NAME);
	atspi->frame = accessible_new(UI_FRAME, atspi->owner);
	atspi->frame->identity = g_strdup("frame");
	atspi->frame->path = g_strdup("");
	atk_object_set_parent(ATK_OBJECT(atspi->frame), ATK_OBJECT(atspi->application));
	g_ptr_array_add(atspi->application->children, g_object_ref(atspi->frame));
	claim_root(atspi->application);
	if (atk_bridge_adaptor_init(NULL, NULL) != 0) {
		ui_atspi_free(atspi);
		return fault_raise(-ENOTCONN);
	}
	ui->changed = on_ui_changed;
	ui->changed_data = atspi;
	g_signal_emit_by_name(atspi->frame, "create");
	on_ui_changed(atspi);
	*ret_atspi = atspi;
	return 0;
}

struct ui_atspi *ui_atspi_free(struct ui_atspi *atspi)
{
	if (!atspi)
		return NULL;
	if (atspi->ui->changed_data == atspi) {
		atspi->ui->changed = NULL;
		atspi->ui->changed_data = NULL;
		atk_bridge_adaptor_cleanup();
	}
	atspi->owner->data = NULL;
	if (atspi->idle)
		g_source_remove(atspi->idle);
	for (guint i = 0; i < atspi->requests->len; i++)
		g_source_remove(((struct request *)g_ptr_array_index(atspi->requests, i))->source);
	g_ptr_array_unref(atspi->requests);
	accessible_set_defunct(atspi->application);
	g_type_set_qdata(ATK_TYPE_UTIL, g_quark_from_static_string(ROOT_QUARK), NULL);
	g_object_unref(atspi->frame);
	g_object_unref(atspi->application);
	accessible_owner_unref(atspi->owner);
	g_free(atspi->screen);
	g_free(atspi);
	return NULL;
}
