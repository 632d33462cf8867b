/* SPDX-License-Identifier: MIT
 * Accessible: GObject types over AtkObject. AT-SPI tells what an object can do by the interfaces of its type, so
 * there is one type per ability: plain, text (labels), button (action), entry (text that can be edited), frame
 * (window). Requests that change something are handed to the owner, who answers from the loop. */
#include <string.h>

#include "shared/base/cleanup.h"
#include "terminal/ui/atspi_object.h"
#include "shared/base/banned.h"

struct accessible_owner *accessible_owner_ref(struct accessible_owner *owner)
{
	owner->n_references++;
	return owner;
}

struct accessible_owner *accessible_owner_unref(struct accessible_owner *owner)
{
	if (owner && --owner->n_references == 0)
		g_free(owner);
	return NULL;
}

static struct accessible *from(void *object)
{
	return object;
}

/* ---- AtkObject ---- */

static gpointer parent_class_of(GType type)
{
	return g_type_class_peek(g_type_parent(type));
}

static int object_n_children(AtkObject *object)
{
	return (int)from(object)->children->len;
}

static AtkObject *object_ref_child(AtkObject *object, int i)
{
	GPtrArray *children = from(object)->children;

	return i >= 0 && (guint)i < children->len ? g_object_ref(g_ptr_array_index(children, (guint)i)) : NULL;
}

static int object_index(AtkObject *object)
{
	return from(object)->index;
}

static AtkRole object_role(AtkObject *object)
{
	static const AtkRole roles[N_UI_ROLES] = {
		[UI_FRAME] = ATK_ROLE_FRAME,         [UI_PANEL] = ATK_ROLE_PANEL,
		[UI_HEADING] = ATK_ROLE_HEADING,     [UI_LABEL] = ATK_ROLE_LABEL,
		[UI_BUTTON] = ATK_ROLE_PUSH_BUTTON,  [UI_ENTRY] = ATK_ROLE_ENTRY,
		[UI_PASSWORD] = ATK_ROLE_PASSWORD_TEXT, [UI_IMAGE] = ATK_ROLE_IMAGE,
		[UI_STATUS] = ATK_ROLE_STATUSBAR,    [UI_STEPS] = ATK_ROLE_PANEL,
		[UI_SPACER] = ATK_ROLE_FILLER,
	};
	enum ui_role role = from(object)->role;

	return role < N_UI_ROLES ? roles[role] : ATK_ROLE_APPLICATION;
}

static AtkStateSet *object_states(AtkObject *object)
{
	AtkStateSet *set = atk_state_set_new();
	uint64_t states = from(object)->states;

	for (int i = 0; i < ATK_STATE_LAST_DEFINED && i < 64; i++)
		if (states & STATE_BIT(i))
			atk_state_set_add_state(set, (AtkStateType)i);
	return set;
}

static AtkAttributeSet *object_attributes(AtkObject *object)
{
	AtkAttribute *level;

	if (from(object)->role != UI_HEADING)
		return NULL;
	level = g_new(AtkAttribute, 1);
	*level = (AtkAttribute){g_strdup("level"), g_strdup("1")};
	return g_slist_prepend(NULL, level);
}

static const char *object_locale(AtkObject *object)
{
	const char *language = from(object)->language;

	/* やさしい日本語 is Japanese to who speaks it */
	return !language || strncmp(language, "ja", 2) == 0 ? "ja" : language;
}

static void wipe(char **text)
{
	if (*text)
		explicit_bzero(*text, strlen(*text));
	g_free(*text);
	*text = NULL;
}

static void object_finalize(GObject *object)
{
	struct accessible *self = from(object);

	wipe(&self->text);
	g_free(self->identity);
	g_free(self->path);
	g_free(self->language);
	g_ptr_array_unref(self->children);
	accessible_owner_unref(self->owner);
	((GObjectClass *)parent_class_of(g_type_from_name("MadoguchiAccessible")))->finalize(object);
}

static void class_init(gpointer class, gpointer data)
{
	AtkObjectClass *atk = class;

	atk->get_n_children = object_n_children;
	atk->ref_child = object_ref_child;
	atk->get_index_in_parent = object_index;
	atk->get_role = object_role;
	atk->ref_state_set = object_states;
	atk->get_attributes = object_attributes;
	atk->get_object_locale = object_locale;
	((GObjectClass *)class)->finalize = object_finalize;
}

static void instance_init(GTypeInstance *instance, gpointer class)
{
	struct accessible *self = (struct accessible *)instance;

	self->children = g_ptr_array_new_with_free_func(g_object_unref);
}

/* ---- AtkComponent ---- */

static void component_extents(AtkComponent *component, int *x, int *y, int *width, int *height, AtkCoordType type)
{
	struct ui_rect box = from(component)->box;

	/* the counter's window is the screen */
	if (x)
		*x = box.x;
	if (y)
		*y = box.y;
	if (width)
		*width = box.width;
	if (height)
		*height = box.height;
}

static gboolean component_contains(AtkComponent *component, int x, int y, AtkCoordType type)
{
	struct ui_rect box = from(component)->box;

	return x >= box.x && y >= box.y && x < box.x + box.width && y < box.y + box.height;
}

static AtkObject *component_at(AtkComponent *component, int x, int y, AtkCoordType type)
{
	struct accessible *self = from(component);

	for (guint i = 0; i < self->children->len; i++) {
		AtkComponent *child = g_ptr_array_index(self->children, i);

		if (component_contains(child, x, y, type))
			return component_at(child, x, y, type);
	}
	return component_contains(component, x, y, type) ? g_object_ref(ATK_OBJECT(component)) : NULL;
}

static gboolean component_focus(AtkComponent *component)
{
	struct accessible *self = from(component);

	if (!(self->states & STATE_BIT(ATK_STATE_FOCUSABLE)) || !self->owner->data)
		return FALSE;
	self->owner->focus(self->owner->data, self->path);
	return TRUE;
}

static void component_init(gpointer interface, gpointer data)
{
	AtkComponentIface *component = interface;

	component->get_extents = component_extents;
	component->contains = component_contains;
	component->ref_accessible_at_point = component_at;
	component->grab_focus = component_focus;
}

/* ---- AtkAction ---- */

static int action_count(AtkAction *action)
{
	return 1;
}

static const char *action_name(AtkAction *action, int i)
{
	return i == 0 ? "click" : NULL;
}

static gboolean action_do(AtkAction *action, int i)
{
	struct accessible *self = from(action);

	if (i != 0 || !(self->states & STATE_BIT(ATK_STATE_SENSITIVE)) || !self->owner->data)
		return FALSE;
	self->owner->press(self->owner->data, self->path);
	return TRUE;
}

static void action_init(gpointer interface, gpointer data)
{
	AtkActionIface *action = interface;

	action->get_n_actions = action_count;
	action->get_name = action_name;
	action->do_action = action_do;
}

/* ---- AtkText ---- */

static const char *content(AtkText *text)
{
	return from(text)->text ? from(text)->text : "";
}

static int text_count(AtkText *text)
{
	return (int)g_utf8_strlen(content(text), -1);
}

static char *text_get(AtkText *text, int start, int end)
{
	int n = text_count(text);

	start = CLAMP(start, 0, n);
	end = end < 0 ? n : CLAMP(end, start, n);
	return g_utf8_substring(content(text), start, end);
}

static gunichar text_character(AtkText *text, int offset)
{
	if (offset < 0 || offset >= text_count(text))
		return 0;
	return g_utf8_get_char(g_utf8_offset_to_pointer(content(text), offset));
}

/* Texts of a counter are short: everything larger than a letter is read as a whole. */
static char *text_string_at(AtkText *text, int offset, AtkTextGranularity granularity, int *ret_start, int *ret_end)
{
	int n = text_count(text);

	offset = CLAMP(offset, 0, n);
	*ret_start = granularity == ATK_TEXT_GRANULARITY_CHAR ? offset : 0;
	*ret_end = granularity == ATK_TEXT_GRANULARITY_CHAR ? MIN(n, offset + 1) : n;
	return text_get(text, *ret_start, *ret_end);
}

static int text_caret(AtkText *text)
{
	return from(text)->role == UI_ENTRY ? text_count(text) : 0;
}

static int text_selections(AtkText *text)
{
	return 0;
}

static void text_init(gpointer interface, gpointer data)
{
	AtkTextIface *text = interface;

	text->get_text = text_get;
	text->get_character_count = text_count;
	text->get_character_at_offset = text_character;
	text->get_string_at_offset = text_string_at;
	text->get_caret_offset = text_caret;
	text->get_n_selections = text_selections;
}

/* ---- AtkEditableText ---- */

static void editable_set(AtkEditableText *editable, const char *string)
{
	struct accessible *self = from(editable);

	if (self->owner->data && (self->states & STATE_BIT(ATK_STATE_EDITABLE)))
		self->owner->enter(self->owner->data, self->path, string ? string : "");
}

/* Replaces letters [@start, @end) with @string. */
static void editable_splice(AtkEditableText *editable, int start, int end, const char *string)
{
	char *head = text_get((AtkText *)editable, 0, start), *tail = text_get((AtkText *)editable, end, -1);
	char *whole = g_strconcat(head, string, tail, NULL);

	editable_set(editable, whole);
	wipe(&head);
	wipe(&tail);
	wipe(&whole);
}

static void editable_insert(AtkEditableText *editable, const char *string, int length, int *position)
{
	char *piece = length < 0 ? g_strdup(string) : g_strndup(string, (gsize)length);

	editable_splice(editable, *position, *position, piece);
	*position += (int)g_utf8_strlen(piece, -1);
	wipe(&piece);
}

static void editable_delete(AtkEditableText *editable, int start, int end)
{
	editable_splice(editable, start, end < 0 ? text_count((AtkText *)editable) : end, "");
}

static void editable_init(gpointer interface, gpointer data)
{
	AtkEditableTextIface *editable = interface;

	editable->set_text_contents = editable_set;
	editable->insert_text = editable_insert;
	editable->delete_text = editable_delete;
}

static void window_init(gpointer interface, gpointer data)
{
}

/* ---- the types ---- */

static void implement(GType type, GType interface, GInterfaceInitFunc init)
{
	const GInterfaceInfo info = {.interface_init = init};

	g_type_add_interface_static(type, interface, &info);
}

static GType plain_type(void)
{
	GType type = g_type_from_name("MadoguchiAccessible");

	if (type == 0) {
		const GTypeInfo info = {
			.class_size = sizeof(struct accessible_class),
			.class_init = class_init,
			.instance_size = sizeof(struct accessible),
			.instance_init = instance_init,
		};

		type = g_type_register_static(ATK_TYPE_OBJECT, "MadoguchiAccessible", &info, 0);
		implement(type, ATK_TYPE_COMPONENT, component_init);
	}
	return type;
}

static GType kind_of(const char *name, GType parent, GType interface, GInterfaceInitFunc init)
{
	GType type = g_type_from_name(name);

	if (type == 0) {
		const GTypeInfo info = {.class_size = sizeof(struct accessible_class),
					.instance_size = sizeof(struct accessible)};

		type = g_type_register_static(parent, name, &info, 0);
		implement(type, interface, init);
	}
	return type;
}

static GType type_of(enum ui_role role)
{
	GType plain = plain_type(), text;

	if (role == UI_FRAME)
		return kind_of("MadoguchiFrame", plain, ATK_TYPE_WINDOW, window_init);
	if (role == UI_BUTTON)
		return kind_of("MadoguchiButton", plain, ATK_TYPE_ACTION, action_init);
	if (role != UI_LABEL && role != UI_HEADING && role != UI_STATUS && role != UI_ENTRY && role != UI_PASSWORD)
		return plain;
	text = kind_of("MadoguchiText", plain, ATK_TYPE_TEXT, text_init);
	if (role == UI_ENTRY)
		return kind_of("MadoguchiEntry", text, ATK_TYPE_EDITABLE_TEXT, editable_init);
	return text;
}

struct accessible *accessible_new(enum ui_role role, struct accessible_owner *owner)
{
	struct accessible *self = g_object_new(type_of(role), NULL);

	self->role = role;
	self->owner = accessible_owner_ref(owner);
	return self;
}

void accessible_set_text(struct accessible *self, const char *text, bool is_silent)
{
	char *before = self->text;

	if (g_strcmp0(before, text) == 0)
		return;
	self->text = g_strdup(text);
	if (!is_silent && ATK_IS_TEXT(self)) {
		if (before && *before)
			g_signal_emit_by_name(self, "text-remove", 0, (int)g_utf8_strlen(before, -1), before);
		if (text && *text)
			g_signal_emit_by_name(self, "text-insert", 0, (int)g_utf8_strlen(text, -1), text);
	}
	wipe(&before);
}

void accessible_set_states(struct accessible *self, uint64_t states, bool is_silent)
{
	uint64_t changed = self->states ^ states;

	self->states = states;
	for (int i = 0; i < ATK_STATE_LAST_DEFINED && i < 64 && !is_silent; i++)
		if (changed & STATE_BIT(i))
			atk_object_notify_state_change(ATK_OBJECT(self), (AtkStateType)i,
						       (states & STATE_BIT(i)) != 0);
}

void accessible_set_defunct(struct accessible *self)
{
	for (guint i = 0; i < self->children->len; i++)
		accessible_set_defunct(g_ptr_array_index(self->children, i));
	accessible_set_text(self, "", true);
	accessible_set_states(self, STATE_BIT(ATK_STATE_DEFUNCT), false);
	atk_object_set_name(ATK_OBJECT(self), "");
	atk_object_set_description(ATK_OBJECT(self), "");
}
