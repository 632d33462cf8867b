/* SPDX-License-Identifier: MIT
 * SDL: one window whose surface we paint into directly, in software; the accelerated default costs ten times the
 * start and the memory. The loop sleeps on the display connection's descriptor; a driver without one (KMSDRM) is
 * looked at in ticks. */
#include <SDL.h>
#include <SDL_syswm.h>
#include <X11/Xlib.h>
#include <errno.h>
#include <glib.h>

#include "shared/base/fault.h"
#include "terminal/platform/driver.h"
#include "shared/base/banned.h"

#define TICK_MS 12
#define RECTS_MAX 32

struct sdl {
	struct platform *platform;
	SDL_Window *window;
	cairo_surface_t *surface;
	SDL_FingerID finger;
	bool has_finger, is_mouse_down;
	GSource *source;
};

struct sdl_source {
	GSource source;
	struct sdl *sdl;
	gpointer descriptor; /* NULL: ticks */
};

/* ---- the surface ---- */

static int surface_renew(struct sdl *sdl)
{
	SDL_Surface *window = SDL_GetWindowSurface(sdl->window);

	cairo_surface_destroy(sdl->surface);
	sdl->surface = NULL;
	if (!window)
		return fault_raise(-ENODEV);
	if (window->format->BytesPerPixel == 4 && window->format->Rmask == 0xff0000 &&
	    window->format->Gmask == 0xff00 && window->format->Bmask == 0xff)
		sdl->surface = cairo_image_surface_create_for_data(window->pixels, CAIRO_FORMAT_RGB24, window->w,
								  window->h, window->pitch);
	else /* another order of bytes: paint beside it, convert when shown */
		sdl->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, window->w, window->h);
	if (cairo_surface_status(sdl->surface) != CAIRO_STATUS_SUCCESS)
		return fault_raise(-ENOMEM);
	return 0;
}

static void convert(struct sdl *sdl, SDL_Surface *window)
{
	unsigned char *pixels = cairo_image_surface_get_data(sdl->surface);

	if (pixels == window->pixels)
		return;
	SDL_ConvertPixels(window->w, window->h, SDL_PIXELFORMAT_RGB888, pixels,
			  cairo_image_surface_get_stride(sdl->surface), window->format->format, window->pixels,
			  window->pitch);
}

static void sdl_present(void *state, const struct ui_rect *rects, int n_rects)
{
	struct sdl *sdl = state;
	SDL_Surface *window = SDL_GetWindowSurface(sdl->window);
	SDL_Rect copies[RECTS_MAX];

	if (!window || !sdl->surface)
		return;
	cairo_surface_flush(sdl->surface);
	convert(sdl, window);
	if (n_rects > RECTS_MAX) {
		SDL_UpdateWindowSurface(sdl->window);
		return;
	}
	for (int i = 0; i < n_rects; i++)
		copies[i] = (SDL_Rect){rects[i].x, rects[i].y, rects[i].width, rects[i].height};
	SDL_UpdateWindowSurfaceRects(sdl->window, copies, n_rects);
}

/* ---- events ---- */

static void on_window(struct sdl *sdl, const SDL_WindowEvent *event)
{
	if (event->event == SDL_WINDOWEVENT_EXPOSED)
		SDL_UpdateWindowSurface(sdl->window);
	if (event->event == SDL_WINDOWEVENT_SIZE_CHANGED && surface_renew(sdl) == 0)
		platform_was_resized(sdl->platform, cairo_image_surface_get_width(sdl->surface),
				     cairo_image_surface_get_height(sdl->surface));
	if (event->event == SDL_WINDOWEVENT_LEAVE && sdl->is_mouse_down) {
		sdl->is_mouse_down = false;
		platform_touched(sdl->platform, PLATFORM_TOUCH_CANCEL, 0, 0);
	}
}

static void on_finger(struct sdl *sdl, const SDL_TouchFingerEvent *event, enum platform_touch touch)
{
	int width = cairo_image_surface_get_width(sdl->surface), height = cairo_image_surface_get_height(sdl->surface);

	if (touch == PLATFORM_TOUCH_DOWN) {
		if (sdl->has_finger)
			return; /* a palm or second hand */
		sdl->has_finger = true;
		sdl->finger = event->fingerId;
	}
	if (!sdl->has_finger || sdl->finger != event->fingerId)
		return;
	if (touch == PLATFORM_TOUCH_UP)
		sdl->has_finger = false;
	platform_touched(sdl->platform, touch, (int)(event->x * (float)width), (int)(event->y * (float)height));
}

static void on_key(struct sdl *sdl, const SDL_KeyboardEvent *event)
{
	switch (event->keysym.sym) {
	case SDLK_TAB:
		platform_keyed(sdl->platform, event->keysym.mod & KMOD_SHIFT ? UI_KEY_PREVIOUS : UI_KEY_NEXT);
		break;
	case SDLK_DOWN:
	case SDLK_RIGHT:
		platform_keyed(sdl->platform, UI_KEY_NEXT);
		break;
	case SDLK_UP:
	case SDLK_LEFT:
		platform_keyed(sdl->platform, UI_KEY_PREVIOUS);
		break;
	case SDLK_RETURN:
	case SDLK_KP_ENTER:
	case SDLK_SPACE:
		if (!event->repeat)
			platform_keyed(sdl->platform, UI_KEY_PRESS);
		break;
	case SDLK_BACKSPACE:
		platform_keyed(sdl->platform, UI_KEY_BACKSPACE);
		break;
	default:
		break;
	}
}

static void on_event(struct sdl *sdl, const SDL_Event *event)
{
	switch (event->type) {
	case SDL_WINDOWEVENT:
		on_window(sdl, &event->window);
		break;
	case SDL_FINGERDOWN:
		on_finger(sdl, &event->tfinger, PLATFORM_TOUCH_DOWN);
		break;
	case SDL_FINGERMOTION:
		on_finger(sdl, &event->tfinger, PLATFORM_TOUCH_MOVE);
		break;
	case SDL_FINGERUP:
		on_finger(sdl, &event->tfinger, PLATFORM_TOUCH_UP);
		break;
	case SDL_MOUSEBUTTONDOWN:
	case SDL_MOUSEBUTTONUP:
		if (event->button.button != SDL_BUTTON_LEFT)
			break;
		sdl->is_mouse_down = event->type == SDL_MOUSEBUTTONDOWN;
		platform_touched(sdl->platform, sdl->is_mouse_down ? PLATFORM_TOUCH_DOWN : PLATFORM_TOUCH_UP,
				 event->button.x, event->button.y);
		break;
	case SDL_MOUSEMOTION:
		if (sdl->is_mouse_down)
			platform_touched(sdl->platform, PLATFORM_TOUCH_MOVE, event->motion.x, event->motion.y);
		break;
	case SDL_KEYDOWN:
		on_key(sdl, &event->key);
		break;
	case SDL_TEXTINPUT:
		if (event->text.text[0] != ' ' || event->text.text[1]) /* a space presses, it is not typed */
			platform_typed(sdl->platform, event->text.text);
		break;
	case SDL_QUIT:
		platform_was_closed(sdl->platform);
		break;
	default:
		break;
	}
}

/* Xlib reads ahead: what it already holds must be taken before the descriptor is slept on. */
static gboolean source_prepare(GSource *source, int *ret_timeout_ms)
{
	*ret_timeout_ms = ((struct sdl_source *)source)->descriptor ? -1 : TICK_MS;
	SDL_PumpEvents();
	return SDL_HasEvents(SDL_FIRSTEVENT, SDL_LASTEVENT) == SDL_TRUE;
}

static gboolean source_check(GSource *source)
{
	SDL_PumpEvents();
	return SDL_HasEvents(SDL_FIRSTEVENT, SDL_LASTEVENT) == SDL_TRUE;
}

static gboolean source_dispatch(GSource *source, GSourceFunc fn, gpointer data)
{
	struct sdl *sdl = ((struct sdl_source *)source)->sdl;
	SDL_Event event;

	while (SDL_PollEvent(&event))
		on_event(sdl, &event);
	return G_SOURCE_CONTINUE;
}

static int display_fd(struct sdl *sdl)
{
	SDL_SysWMinfo info;

	SDL_VERSION(&info.version);
	if (!SDL_GetWindowWMInfo(sdl->window, &info))
		return -1;
#ifdef SDL_VIDEO_DRIVER_X11
	if (info.subsystem == SDL_SYSWM_X11)
		return ConnectionNumber(info.info.x11.display);
#endif
	return -1;
}

static void source_attach(struct sdl *sdl)
{
	static const GSourceFuncs funcs = {
		.prepare = source_prepare, .check = source_check, .dispatch = source_dispatch};
	int fd = display_fd(sdl);
	struct sdl_source *source;

	sdl->source = g_source_new((GSourceFuncs *)(uintptr_t)&funcs, sizeof(struct sdl_source));
	source = (struct sdl_source *)sdl->source;
	source->sdl = sdl;
	source->descriptor = fd >= 0 ? g_source_add_unix_fd(sdl->source, fd, G_IO_IN | G_IO_HUP) : NULL;
	g_source_attach(sdl->source, NULL);
}

/* ---- open and close ---- */

static void set_hints(void)
{
	SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
	SDL_SetHint(SDL_HINT_TOUCH_MOUSE_EVENTS, "0"); /* a finger is told once */
	SDL_SetHint(SDL_HINT_MOUSE_TOUCH_EVENTS, "0");
	SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1"); /* SIGTERM belongs to the loop */
	SDL_SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "0");
	SDL_SetHint(SDL_HINT_APP_NAME, "madoguchi-terminal");
}

static void sdl_close(void *state)
{
	struct sdl *sdl = state;

	if (sdl->source) {
		g_source_destroy(sdl->source);
		g_source_unref(sdl->source);
	}
	cairo_surface_destroy(sdl->surface);
	if (sdl->window)
		SDL_DestroyWindow(sdl->window);
	SDL_QuitSubSystem(SDL_INIT_VIDEO);
	free(sdl);
}

static int sdl_open(struct platform *platform, const struct platform_options *options, void **ret_state)
{
	Uint32 flags = options->is_fullscreen ? SDL_WINDOW_FULLSCREEN_DESKTOP : 0;
	struct sdl *sdl;
	int r;

	set_hints();
	if (SDL_InitSubSystem(SDL_INIT_VIDEO) < 0)
		return fault_raise(-ENODEV);
	sdl = calloc(1, sizeof(*sdl));
	if (!sdl) {
		SDL_QuitSubSystem(SDL_INIT_VIDEO);
		return fault_raise(-ENOMEM);
	}
	sdl->platform = platform;
	sdl->window = SDL_CreateWindow(options->title ? options->title : "Madoguchi", SDL_WINDOWPOS_UNDEFINED,
				       SDL_WINDOWPOS_UNDEFINED, options->width, options->height, flags);
	r = sdl->window ? surface_renew(sdl) : fault_raise(-ENODEV);
	if (r < 0) {
		sdl_close(sdl);
		return fault_pass(r);
	}
	if (options->is_fullscreen)
		SDL_ShowCursor(SDL_DISABLE);
	SDL_StartTextInput();
	source_attach(sdl);
	*ret_state = sdl;
	return 0;
}

static cairo_surface_t *sdl_surface(void *state)
{
	return ((struct sdl *)state)->surface;
}

const struct platform_driver platform_sdl = {
	.name = "sdl",
	.open = sdl_open,
	.close = sdl_close,
	.surface = sdl_surface,
	.present = sdl_present,
};
