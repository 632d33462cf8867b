/* SPDX-License-Identifier: MIT
 * The program around the flow: what happens outside becomes an event, the flow's effects are done, the screen is drawn
 * from the new state. Helpers that cannot be had at the start are told once and the counter works without them. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include "shared/base/command.h"
#include "shared/base/fault.h"
#include "shared/log/log.h"
#include "shared/loop/child.h"
#include "terminal/app_parts.h"
#include "terminal/screen/screen.h"
#include "shared/base/banned.h"

#define PROGRAM "madoguchi-terminal"
#define TOKEN_BYTES_MAX 256
#define WALL_CLOCK_EVERY_US 1000000
#define TITLE "Madoguchi"

/* ---- events in, screen out ------------------------------------------------------------------------------------ */

static void arm(struct app *app)
{
	int64_t at = flow_deadline(&app->flow);

	if (at < 0) {
		sd_event_source_set_enabled(app->tick, SD_EVENT_OFF);
		return;
	}
	if (sd_event_source_set_time(app->tick, (uint64_t)at * 1000) < 0 ||
	    sd_event_source_set_enabled(app->tick, SD_EVENT_ONESHOT) < 0)
		sd_event_exit(app->event, COMMAND_FAILED); /* without time nothing would ever be forgotten */
}

static void draw(struct app *app)
{
	struct screen_view view = {.flow = &app->flow, .preview = app->preview};
	struct ui_tree *tree = screen_tree(&view);

	if (!tree) {
		log_emit(LOG_SCREEN_FAILED, LOG_NUMBER("SCREEN", app->flow.screen));
		return;
	}
	ui_set_text_percent(app->ui, app->flow.visit.text_percent);
	ui_show(app->ui, tree);
	if (app->atspi)
		ui_atspi_changed(app->atspi);
}

/* ---- another configuration -------------------------------------------------------------------------------------- */

/* Told on stderr, as a finding is. */
static int fits(void *data, const struct config *config)
{
	const struct app *app = data;

	if (config_office_by_name(config, app->options->towns.office))
		return 0;
	command_failed(PROGRAM, "no office %s in the configuration: use CODE-OFFICE, as 209996-honcho", app->options->towns.office);
	return fault_raise(-EINVAL);
}

static void point_at(struct app *app)
{
	app->config = town_config(app->town);
	app->office = config_office_by_name(app->config, app->options->towns.office);
	app->config_path = town_path(app->town);
}

/* Between visits only. The tree that is shown borrows from the old one until the next is drawn. */
static void exchange(struct app *app)
{
	CLEANUP(config_freep) struct config *old = NULL;
	struct render_worker_options render;
	int r;

	if (!flow_is_at_rest(&app->flow) || town_take(app->town, &old) == 0)
		return;
	point_at(app);
	flow_exchange(&app->flow, app->config, app->office);
	app->minute_told = -1;
	ui_set_key_colour(app->ui, app->config->theme.key_colour);
	arm(app);
	draw(app);
	render = app_render_options(app);
	r = app->render ? render_worker_exchange(app->render, &render) : 0;
	if (r < 0)
		log_fault(LOG_HELPER_LOST, r);
}

static void on_town_due(void *data, struct town *town)
{
	exchange(data);
}

void app_event(struct app *app, const struct flow_event *event)
{
	struct flow_effects effects;
	enum flow_overlay overlay = app->flow.overlay;

	flow_step(&app->flow, event, clock_mono_ms(), &effects);
	for (size_t i = 0; i < effects.n; i++)
		app_effect(app, effects.items[i]);
	arm(app);
	if (event->kind != FLOW_ACTIVITY || app->flow.overlay != overlay)
		draw(app);
	if (town_is_due(app->town))
		exchange(app);
}

static int on_tick(sd_event_source *source, uint64_t now, void *data)
{
	app_event(data, &(struct flow_event){.kind = FLOW_TICK});
	return 0;
}

/* The wall clock may be set from outside: it is looked at each second and told when the minute changes. */
static int on_wall(sd_event_source *source, uint64_t now, void *data)
{
	struct app *app = data;
	struct flow_event event = {.kind = FLOW_CLOCK};

	if (local_time_from(clock_utc_ms(app->clock), app->config->municipality.timezone, &event.local) == 0) {
		int minute = event.local.day * 1440 + event.local.hour * 60 + event.local.minute;
		if (minute != app->minute_told)
			app_event(app, &event);
		app->minute_told = minute;
	}
	if (sd_event_source_set_time_relative(source, WALL_CLOCK_EVERY_US) < 0)
		return 0;
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

/* ---- the screen's side ------------------------------------------------------------------------------------------ */

static void on_action(void *data, const struct ui_node *node)
{
	struct flow_event event = {.kind = FLOW_PRESSED, .action = (enum flow_action)node->action,
				   .argument = node->argument};

	if (event.action == ACTION_SECRET_KEY)
		app_secret_key(data, event.argument);
	else
		app_event(data, &event);
}

static void on_entry(void *data, const struct ui_node *node, const char *text)
{
	app_event(data, &(struct flow_event){.kind = FLOW_TYPED, .text = text});
}

static void on_activity(void *data)
{
	app_event(data, &(struct flow_event){.kind = FLOW_ACTIVITY});
}

static void on_closed(void *data)
{
	struct app *app = data;

	sd_event_exit(app->event, COMMAND_DONE);
}

/* ---- the helpers' side ------------------------------------------------------------------------------------------- */

static void on_presence(void *data, enum card_presence presence)
{
	struct app *app = data;
	struct flow_event event = {.kind = FLOW_CARD_PRESENCE, .presence = presence,
				   .argument = app->card ? card_client_insertion(app->card) : 0};

	app_event(app, &event);
}

static void on_printers(void *data, const struct print_role_status *roles, size_t n_roles)
{
	/* conditions are told to staff by printd; a resident learns of them when something does not come out */
}

static void on_code(void *data, const char *text)
{
	app_event(data, &(struct flow_event){.kind = FLOW_CODE, .text = text});
}

static void on_camera(void *data, bool works)
{
	if (!works)
		log_emit(LOG_SCAN_FAILED);
	app_event(data, &(struct flow_event){.kind = FLOW_CAMERA, .argument = works});
}

/* ---- start -------------------------------------------------------------------------------------------------------- */

static int open_state(const char *path)
{
	struct stat status;

	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return fault_raise(-errno);
	if (stat(path, &status) < 0)
		return fault_raise(-errno);
	return S_ISDIR(status.st_mode) && !(status.st_mode & 077) ? 0 : fault_raise(-EPERM);
}

static int read_token(const char *path, struct secret **ret_token)
{
	CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
	CLEANUP(secret_freep) struct secret *token = secret_new(TOKEN_BYTES_MAX);
	int r;

	if (fd < 0)
		return fault_raise(-errno);
	if (!token)
		return fault_raise(-ENOMEM);
	r = secret_read_fd(token, fd);
	if (r < 0)
		return fault_pass(r);
	*ret_token = TAKE(token);
	return 0;
}

static int open_queue(struct app *app)
{
	struct secret *token = NULL;
	int r = read_token(app->options->token_file, &token);

	if (r < 0)
		return fault_pass(r);
	struct queue_options how = {.url = app->options->queue_url, .ca_file = app->options->ca_file,
				    .office = app->options->towns.office, .device_token = token};
	return queue_client_new(app->event, &how, &app->queue);
}

static int open_window(struct app *app)
{
	struct platform_options window = {.kind = PLATFORM_SDL, .width = app->options->width,
					  .height = app->options->height, .is_fullscreen = app->options->width == 0,
					  .title = TITLE};
	struct platform_handlers wires = {.closed = on_closed};
	struct ui_handlers handlers = {.action = on_action, .entry = on_entry, .activity = on_activity};
	struct ui_options how = {.text_percent = 100, .key_colour = app->config->theme.key_colour};
	int r = platform_new(&window, &wires, app, &app->platform);

	if (r < 0)
		return fault_pass(r);
	how.width = cairo_image_surface_get_width(platform_surface(app->platform));
	how.height = cairo_image_surface_get_height(platform_surface(app->platform));
	r = ui_new(&how, &handlers, app, &app->ui);
	if (r < 0)
		return fault_pass(r);
	platform_connect(app->platform, app->ui);
	return 0;
}

struct render_worker_options app_render_options(const struct app *app)
{
	const struct config_arguments *towns = &app->options->towns;

	return (struct render_worker_options){.config_paths = &app->config_path, .n_config_paths = 1,
					      .templates_dir = towns->templates_dir, .bundle_key = towns->bundle_key,
					      .office = towns->office, .device = towns->device,
					      .allow_unsigned = app->options->is_local &&
								(towns->allow_unsigned || !towns->bundle_key)};
}

/* A counter without cards works; one that was told to prove cards and cannot is not what was asked for. */
static int open_card(struct app *app)
{
	struct card_options how = {.reader = app->options->reader, .trust_dir = app->options->trust};
	struct card_handlers handlers = {.presence = on_presence};
	int r = card_client_new(app->event, &how, &handlers, app, &app->card);

	if (r < 0 && app->options->trust)
		return command_failed(PROGRAM, "cannot use --trust %s: it needs readable KEYID.pem and *.crt files",
				      app->options->trust), r;
	if (r < 0)
		log_fault(LOG_CARD_SERVICE_LOST, r);
	return 0;
}

/* What the counter can work without. */
static void open_helpers(struct app *app)
{
	struct print_handlers print_handlers = {.status = on_printers};
	struct scan_handlers scan_handlers = {.code = on_code, .state = on_camera};
	struct render_worker_options render = app_render_options(app);
	int r = render_worker_new(app->event, &render, &app->render);

	if (r < 0)
		log_fault(LOG_HELPER_LOST, r);
	r = app->options->print_socket
		    ? print_client_new(app->event, app->options->print_socket, &print_handlers, app, &app->print)
		    : 0;
	if (r < 0)
		log_fault(LOG_HELPER_LOST, r);
	r = app->options->camera ? scan_client_new(app->event, app->options->camera, &scan_handlers, app, &app->scan)
				 : 0;
	if (r < 0)
		log_fault(LOG_SCAN_FAILED, r);
}

static int open_timers(struct app *app)
{
	int r = sd_event_add_time(app->event, &app->tick, CLOCK_MONOTONIC, 0, 1, on_tick, app);

	if (r < 0)
		return fault_raise(r);
	r = sd_event_add_time(app->event, &app->wall, CLOCK_MONOTONIC, 0, 1, on_wall, app);
	return r < 0 ? fault_raise(r) : 0;
}

static int open_town(struct app *app)
{
	const struct town_options how = {.arguments = &app->options->towns, .state_dir = app->options->state_dir,
					 .office = app->options->towns.office, .is_local = app->options->is_local,
					 .clock = app->clock, .fits = fits, .data = app};
	int r = town_new(&how, &app->town);

	if (r < 0) {
		log_fault(LOG_CONFIG_REFUSED, r);
		return fault_pass(r);
	}
	point_at(app);
	flow_init(&app->flow, app->config, app->office);
	return town_watch(app->town, app->event, on_town_due, app);
}

static int open_all(struct app *app)
{
	int r = loop_new(&app->event);

	if (r == 0)
		r = main_loop_new(app->event, &app->loop);
	if (r < 0)
		return command_failed(PROGRAM, "no event loop"), r;
	r = clock_new(app->options->clock_file, &app->clock);
	if (r < 0)
		return command_failed(PROGRAM, "cannot read an instant from --clock-file %s", app->options->clock_file), r;
	r = open_state(app->options->state_dir);
	if (r < 0)
		return command_failed(PROGRAM, "--state %s must be a folder only its owner can read (chmod 700)",
				      app->options->state_dir), r;
	r = open_town(app);
	if (r < 0)
		return command_failed(PROGRAM, "the configuration %s is not usable: mend the findings above",
				      app->options->towns.paths[0]), r;
	r = app_card_new(app);
	if (r < 0)
		return command_failed(PROGRAM, "no protected memory"), r;
	r = open_queue(app);
	if (r < 0)
		return command_failed(PROGRAM, "cannot use --queue %s with --token-file %s: %s", app->options->queue_url,
				      app->options->token_file, fault_name(r)), r;
	r = open_window(app);
	if (r < 0)
		return command_failed(PROGRAM, "cannot open a window: is there a display?"), r;
	r = open_timers(app);
	if (r < 0)
		return command_failed(PROGRAM, "no timers"), r;
	return open_card(app);
}

int app_new(const struct app_options *options, struct app **ret_app)
{
	CLEANUP(app_freep) struct app *app = calloc(1, sizeof *app);
	int r;

	if (!app)
		return fault_raise(-ENOMEM);
	*app = (struct app){.options = options, .minute_told = -1};
	r = open_all(app);
	if (r < 0) {
		log_fault(LOG_START_FAILED, r);
		return r;
	}
	open_helpers(app);
	app->flow.has_camera = app->scan != NULL;
	on_wall(app->wall, 0, app);
	*ret_app = TAKE(app);
	return 0;
}

int app_run(struct app *app)
{
	int r;

	draw(app);
	r = ui_atspi_new(app->ui, &app->atspi);
	if (r < 0 && r != -ENOTCONN)
		log_fault(LOG_SCREEN_FAILED, r);
	log_emit(LOG_STARTED);
	sd_notify(0, "READY=1");
	r = main_loop_run(app->loop);
	log_emit(LOG_STOPPED);
	return r < 0 ? COMMAND_FAILED : r;
}

struct app *app_free(struct app *app)
{
	if (!app)
		return NULL;
	scan_client_free(app->scan);
	render_worker_free(app->render);
	print_client_free(app->print);
	card_client_free(app->card);
	queue_client_free(app->queue);
	ui_atspi_free(app->atspi);
	if (app->platform)
		platform_connect(app->platform, NULL);
	ui_free(app->ui);
	platform_free(app->platform);
	flow_release(&app->flow);
	app_number_pages_drop(app);
	app_card_free(app);
	if (app->preview)
		cairo_surface_destroy(app->preview);
	sd_event_source_unref(app->tick);
	sd_event_source_unref(app->wall);
	town_free(app->town);
	main_loop_free(app->loop);
	sd_event_unref(app->event);
	clock_free(app->clock);
	explicit_bzero(app, sizeof *app);
	free(app);
	return NULL;
}
