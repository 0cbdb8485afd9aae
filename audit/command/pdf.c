/* SPDX-License-Identifier: Apache-2.0
 *
 * The page is in a folder of its own (0700) that is gone afterwards, together with the browser's
 * profile. Nothing of the network is asked: the page's Content-Security-Policy lets it load
 * nothing, the browser knows no host, and its proxy is a port where nobody listens (9, discard).
 */
#include "audit/command/pdf.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/base/replace_file.h"
#include "audit/command/run_program.h"

/* A report of 5,000 rows takes a Chromium some ten seconds. */
#define PDF_SECONDS 180
/* Some hundred times the PDF of a bad host. */
#define PDF_BYTES_MAX ((size_t)256 * 1024 * 1024)
/* Folders that are open at once while the temporary one is removed. */
#define OPEN_FOLDERS 16

struct work {
	char folder[PATH_MAX];
	struct buffer page;
	struct buffer pdf;
};

static void work_done(struct work *work)
{
	buffer_done(&work->page);
	buffer_done(&work->pdf);
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
	(void)status;
	(void)kind;
	(void)where;
	/* What cannot be removed is left; the rest goes all the same. */
	(void)remove(path);
	return 0;
}

static bool make_work(struct work *work, struct slice html, struct error *error)
{
	const char *base = getenv("TMPDIR");
	int length = snprintf(work->folder, sizeof(work->folder), "%s/ringfence-XXXXXX",
			      base && base[0] == '/' ? base : "/tmp");
	if (length < 0 || (size_t)length >= sizeof(work->folder))
		return error_set(error, ERROR_WRITE,
				 "the name of the temporary folder is too long");
	/* mkdtemp(3) makes it 0700. */
	if (!mkdtemp(work->folder)) {
		error_set_at(error, ERROR_WRITE, work->folder, 0,
			     "cannot make a temporary folder: %s", error_errno_text(errno));
		work->folder[0] = '\0';
		return false;
	}
	buffer_format(&work->page, "%s/report.html", work->folder);
	buffer_format(&work->pdf, "%s/report.pdf", work->folder);
	if (buffer_failed(&work->page) || buffer_failed(&work->pdf))
		return error_memory(error);
	int fd = open(work->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool done =
		fd >= 0 && replace_file(fd, "report.html", buffer_string(&work->page), html, error);
	if (fd < 0)
		error_set_at(error, ERROR_WRITE, work->folder, 0, "cannot open the folder: %s",
			     error_errno_text(errno));
	else
		(void)close(fd);
	return done;
}

/* What the program wrote, if it is a PDF. */
static bool take_pdf(struct work *work, const char *program, struct buffer *out,
		     struct error *error)
{
	size_t start = out->size, left = PDF_BYTES_MAX;
	int fd = open(buffer_string(&work->pdf), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	ssize_t got = fd >= 0 ? 1 : -1;
	while (got > 0 && left > 0) {
		size_t part = left < 65536 ? left : 65536;
		char *room = buffer_reserve(out, part);
		got = room ? read(fd, room, part) : -1;
		if (got > 0) {
			buffer_commit(out, (size_t)got);
			left -= (size_t)got;
		}
	}
	if (fd >= 0)
		(void)close(fd);
	if (buffer_failed(out))
		return error_memory(error);
	struct slice made = slice_from(buffer_slice(out), start);
	if (got == 0 && slice_starts_with(made, "%PDF-"))
		return true;
	out->size = start;
	return error_set(error, ERROR_WRITE, "%s ended well, but made no PDF", program);
}

static bool run_chromium(struct work *work, const char *program, const char *const *environment,
			 struct error *error)
{
	BUFFER_AUTO profile = { 0 };
	BUFFER_AUTO print = { 0 };
	buffer_format(&profile, "--user-data-dir=%s/profile", work->folder);
	buffer_format(&print, "--print-to-pdf=%s", buffer_string(&work->pdf));
	if (buffer_failed(&profile) || buffer_failed(&print))
		return error_memory(error);
	const char *const arguments[] = {
		program,
		"--headless",
		"--disable-gpu",
		"--no-pdf-header-footer",
		"--generate-pdf-document-outline",
		"--no-first-run",
		"--disable-extensions",
		"--disable-sync",
		"--disable-breakpad",
		"--disable-dev-shm-usage",
		"--disable-background-networking",
		"--disable-component-update",
		"--proxy-server=http://127.0.0.1:9",
		"--proxy-bypass-list=<-loopback>",
		"--host-resolver-rules=MAP * ~NOTFOUND",
		buffer_string(&profile),
		buffer_string(&print),
		/* It refuses to run as root with one. */
		geteuid() == 0 ? "--no-sandbox" : "--disable-notifications",
		buffer_string(&work->page),
		NULL,
	};
	return run_program(&(struct program_run){ .path = program,
						  .arguments = arguments,
						  .environment = environment,
						  .seconds = PDF_SECONDS,
						  .is_helper = true },
			   error);
}

static bool run_weasyprint(struct work *work, const char *program, const char *const *environment,
			   struct error *error)
{
	const char *const arguments[] = {
		program, "--quiet", buffer_string(&work->page), buffer_string(&work->pdf), NULL,
	};
	return run_program(&(struct program_run){ .path = program,
						  .arguments = arguments,
						  .environment = environment,
						  .seconds = PDF_SECONDS,
						  .is_helper = true },
			   error);
}

static const struct printer {
	const char *program;
	bool (*run)(struct work *work, const char *program, const char *const *environment,
		    struct error *error);
} printers[] = {
	{ "chromium", run_chromium },
	{ "chromium-browser", run_chromium },
	{ "google-chrome", run_chromium },
	{ "weasyprint", run_weasyprint },
};

/* Tries one after the other: a browser from a snap, for one, does not see /tmp. */
static bool print(struct work *work, struct buffer *out, struct error *error)
{
	BUFFER_AUTO home = { 0 };
	BUFFER_AUTO temporary = { 0 };
	BUFFER_AUTO program = { 0 };
	const char *path = getenv("PATH");
	BUFFER_AUTO folders = { 0 };
	bool is_tried = false;
	buffer_format(&home, "HOME=%s", work->folder);
	buffer_format(&temporary, "TMPDIR=%s", work->folder);
	buffer_format(&folders, "PATH=%s", path ? path : "/usr/bin:/bin");
	if (buffer_failed(&home) || buffer_failed(&temporary) || buffer_failed(&folders))
		return error_memory(error);
	const char *const environment[] = {
		buffer_string(&home),
		buffer_string(&temporary),
		buffer_string(&folders),
		"LANG=C.UTF-8",
		"http_proxy=http://127.0.0.1:9",
		"https_proxy=http://127.0.0.1:9",
		NULL,
	};
	/* As root WeasyPrint comes first: it runs no scripts, while a Chromium would have to run
	 * without its sandbox. */
	size_t first = geteuid() == 0 ? ARRAY_SIZE(printers) - 1 : 0;
	for (size_t i = 0; i < ARRAY_SIZE(printers); i++) {
		const struct printer *printer = &printers[(first + i) % ARRAY_SIZE(printers)];
		if (!program_find(printer->program, &program))
			continue;
		is_tried = true;
		if (printer->run(work, buffer_string(&program), environment, error) &&
		    take_pdf(work, buffer_string(&program), out, error))
			return true;
	}
	if (!is_tried)
		error_set(error, ERROR_INPUT,
			  "PDF wants a program that prints HTML, and PATH has none");
	error_advise(error, "install the package chromium or weasyprint, or print report.html from "
			    "any browser");
	return false;
}

static bool pdf_write(const struct result *result, const struct report_options *options,
		      struct buffer *out, struct error *error)
{
	BUFFER_AUTO html = { 0 };
	CLEANUP(work_done) struct work work = { .folder = "" };
	sigset_t before;
	if (!report_find(SLICE("html"))->write(result, options, &html, error))
		return false;
	program_hold_signals(&before);
	bool done = make_work(&work, buffer_slice(&html), error) && print(&work, out, error);
	if (work.folder[0])
		(void)nftw(work.folder, remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
	program_release_signals(&before);
	return done;
}

const struct report_format pdf_format = {
	.name = "pdf",
	.file_name = "report.pdf",
	.about = "the HTML report on paper, by Chromium or WeasyPrint",
	.write = pdf_write,
};
