/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/fail2ban_remedy.h"

#include "audit/kernel/system_model.h"
#include "audit/model/model.h"
#include "checks/remedy.h"

void fail2ban_remedy_write(struct remedy *remedy, const char *name, const char *lines)
{
	remedy_command(remedy, "printf '%s' > /etc/fail2ban/jail.d/ringfence-%s.local", lines,
		       name);
}

void fail2ban_remedy_reload(struct remedy *remedy, const char *name, const char *jail)
{
	remedy_command(remedy, "# fail2ban before 0.10 has no -t: leave this line out there");
	remedy_command(remedy, "fail2ban-client -t");
	remedy_command(remedy, "fail2ban-client reload");
	remedy_verify(remedy, "fail2ban-client status %s", jail);
	remedy_undo(remedy, "rm -f /etc/fail2ban/jail.d/ringfence-%s.local", name);
	remedy_undo(remedy, "fail2ban-client reload");
	remedy_disrupts(remedy, DISRUPTION_RELOAD);
}

void fail2ban_remedy_install(const struct model *model, struct remedy *remedy)
{
	bool redhat = model->host && model->host->family == SYSTEM_REDHAT;
	if (redhat)
		remedy_command(remedy, "yum install -y epel-release && yum install -y fail2ban");
	else
		remedy_command(remedy, "apt-get install -y fail2ban");
	if (model->host && !model->host->has_systemd) {
		remedy_command(remedy, redhat ? "chkconfig fail2ban on && service fail2ban start"
					      : "update-rc.d fail2ban enable && service fail2ban "
						"start");
		remedy_undo(remedy, redhat ? "service fail2ban stop && chkconfig fail2ban off"
					   : "service fail2ban stop && update-rc.d fail2ban "
					     "disable");
	} else {
		remedy_command(remedy, "systemctl enable --now fail2ban");
		remedy_undo(remedy, "systemctl disable --now fail2ban");
	}
	remedy_verify(remedy, "fail2ban-client ping");
}
