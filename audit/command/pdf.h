/* SPDX-License-Identifier: Apache-2.0
 *
 * The HTML report as PDF, printed by a Chromium or by WeasyPrint of this machine.
 */
#ifndef RINGFENCE_COMMAND_PDF_H
#define RINGFENCE_COMMAND_PDF_H

#include "reports/report.h"

/* The format "pdf". It runs a program, so it is no row of reports/formats.c, whose writers touch
 * nothing but memory. Its writer fails with ERROR_INPUT where no program is there, with ERROR_WRITE
 * where none made a PDF. */
extern const struct report_format pdf_format;

#endif
