/* SPDX-License-Identifier: MIT
 * ui_show: a window with the test screens, published on AT-SPI, for the integration test of ui/ and platform/.
 * Digits fill the PIN, "back" goes to the screen before, any other button to the next one. Every action and every
 * paint is a line on stdout. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "shared/loop/child.h"
#include "terminal/platform/main_loop.h"
#include "terminal/platform/platform.h"
#include "tests/unit/terminal/ui_screens.h"
#include "shared/base/banned.h"

struct show {
	struct ui *ui;
	int screen, step;
	char kana[256];
};

static void show(struct show *show)
{
	struct ui_tree *tree = ui_screen_new((enum ui_screen)show->screen, show->step);
	struct ui_node *entry = ui_find(tree, "kana");

	if (entry)
		entry->value = ui_text(tree, "%s", show->kana);
	ui_show(show->ui, tree);
}

static void on_action(void *data, const struct ui_node *node)
{
	struct show *self = data;

	printf("action %s\n", node->key);
	fflush(stdout);
	if (node->action == 30) {
		self->step++;
	} else if (node->action == 31) {
		self->step = 0;
	} else {
		self->screen = (self->screen + (node->action == 1 ? N_UI_SCREENS - 1 : 1)) % N_UI_SCREENS;
		self->step = 0;
	}
	show(self);
}

static void on_entry(void *data, const struct ui_node *node, const char *text)
{
	struct show *self = data;

	snprintf(self->kana, sizeof(self->kana), "%s", text);
	printf("entry %s\n", text);
	fflush(stdout);
	show(self);
}

static int on_usr1(sd_event_source *source, const struct signalfd_siginfo *info, void *data)
{
	struct timespec used;

	/* what the process has cost so far, for the test that an idle screen costs nothing */
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	printf("cpu_us %ld\n", (long)(used.tv_sec * 1000000 + used.tv_nsec / 1000));
	fflush(stdout);
	return 0;
}

static int run(void)
{
	static const struct ui_handlers handlers = {.action = on_action, .entry = on_entry};
	struct ui_options options = {1080, 1920, 100, "#0017c1"};
	struct platform_options window = {PLATFORM_SDL, 1080, 1920, false, "Madoguchi"};
	struct show self = {0};
	CLEANUP(platform_freep) struct platform *platform = NULL;
	CLEANUP(sd_event_unrefp) sd_event *event = NULL;
	CLEANUP(main_loop_freep) struct main_loop *loop = NULL;
	struct ui_atspi *atspi = NULL;
	sigset_t signals;
	int r;

	sigemptyset(&signals);
	sigaddset(&signals, SIGUSR1);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	r = loop_new(&event);
	if (r >= 0)
		r = sd_event_add_signal(event, NULL, SIGUSR1, on_usr1, NULL);
	if (r >= 0)
		r = main_loop_new(event, &loop);
	if (r >= 0)
		r = platform_new(&window, NULL, NULL, &platform);
	if (r >= 0)
		r = ui_new(&options, &handlers, &self, &self.ui);
	if (r < 0)
		return r;
	platform_connect(platform, self.ui);
	r = ui_atspi_new(self.ui, &atspi);
	printf("atspi %d\n", r);
	fflush(stdout);
	show(&self);
	r = main_loop_run(loop);
	platform_connect(platform, NULL);
	ui_atspi_free(atspi);
	ui_free(self.ui);
	return r;
}

int main(void)
{
	int r = run();

	printf("end %d\n", r);
	return r < 0 ? 1 : r;
}
