<?xml version="1.0" encoding="UTF-8"?>
<!--
  SPDX-License-Identifier: Apache-2.0

  The Markdown report. Every text of the result goes through a function of the namespace "text"
  (reports/template.h): text:markdown in running text, text:code in code spans, text:cell in tables,
  text:block for commands. Nothing else may print a text that a host could have written.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:text="urn:ringfence:template:1">

<xsl:output method="text" encoding="UTF-8"/>

<xsl:key name="finding" match="finding" use="@id"/>

<xsl:variable name="failed" select="/result/findings/finding[@status = 'fail']"/>
<xsl:variable name="undecided" select="/result/findings/finding[@status = 'unknown']"/>
<xsl:variable name="accepted" select="/result/findings/finding[@status = 'waived']"/>
<xsl:variable name="passed" select="/result/findings/finding[@status = 'pass']"/>
<xsl:variable name="elsewhere" select="/result/findings/finding[@status = 'not-applicable']"/>
<xsl:variable name="newline" select="'&#10;'"/>

<xsl:template match="/result">
  <xsl:value-of select="concat('# ', text:say('Hardening audit of %1', text:markdown(target/@name)), $newline, $newline)"/>
  <xsl:call-template name="about"/>
  <xsl:value-of select="concat('**', text:say('%1 of 100, grade %2.', score/@value, score/@grade), '** ')"/>
  <xsl:call-template name="caps"/>
  <xsl:value-of select="concat($newline, $newline)"/>
  <xsl:call-template name="counts"/>
  <xsl:if test="handout/introduction != ''"><xsl:value-of select="concat($newline, text:inline(handout/introduction), $newline)"/></xsl:if>
  <xsl:call-template name="first-steps"/>
  <xsl:apply-templates select="score/next"/>
  <xsl:apply-templates select="services[service]"/>
  <xsl:apply-templates select="changes"/>
  <xsl:apply-templates select="history[run[2]]"/>
  <xsl:call-template name="findings"/>
  <xsl:call-template name="undecided"/>
  <xsl:call-template name="accepted"/>
  <xsl:apply-templates select="waivers[waiver/@state != 'holds']"/>
  <xsl:apply-templates select="access[login]"/>
  <xsl:apply-templates select="activity[@from != '' or ban_proofs/proof or ban_risks/risk]"/>
  <xsl:apply-templates select="unread[fact]"/>
  <xsl:call-template name="names">
    <xsl:with-param name="title" select="text:say('Met')"/><xsl:with-param name="findings" select="$passed"/>
  </xsl:call-template>
  <xsl:call-template name="names">
    <xsl:with-param name="title" select="text:say('Not applicable')"/><xsl:with-param name="findings" select="$elsewhere"/>
  </xsl:call-template>
  <xsl:call-template name="score"/>
  <xsl:if test="handout/closing != ''"><xsl:value-of select="concat($newline, text:inline(handout/closing), $newline)"/></xsl:if>
  <xsl:if test="handout/@confidentiality != ''"><xsl:value-of select="concat($newline, text:markdown(handout/@confidentiality), $newline)"/></xsl:if>
</xsl:template>

<xsl:template name="heading">
  <xsl:param name="text"/>
  <xsl:value-of select="concat($newline, '## ', $text, $newline, $newline)"/>
</xsl:template>

<xsl:template name="about">
  <xsl:if test="target/pbx/@name != ''">
    <xsl:value-of select="concat(text:markdown(concat(target/pbx/@name, ' ', target/pbx/@version)), '; ')"/>
  </xsl:if>
  <xsl:if test="target/@role != ''"><xsl:value-of select="concat(text:markdown(target/@role), '; ')"/></xsl:if>
  <xsl:if test="target/@os != ''"><xsl:value-of select="concat(text:markdown(target/@os), '; ')"/></xsl:if>
  <xsl:value-of select="concat(text:date-markdown(target/@started), '; ', text:markdown(concat(tool/@name, ' ', tool/@version)), $newline, $newline)"/>
</xsl:template>

<xsl:template name="caps">
  <xsl:if test="score/capped_by/cap">
    <xsl:value-of select="concat(text:say('Held at %1, whatever else is mended; without that it would be %2.', score/@value, score/@raw), ' ', text:say('It is held by:'), ' ')"/>
    <xsl:for-each select="score/capped_by/cap">
      <xsl:if test="position() &gt; 1">, </xsl:if>
      <xsl:choose>
        <xsl:when test=". = 'coverage'"><xsl:value-of select="text:say('how little could be decided')"/></xsl:when>
        <xsl:otherwise><xsl:value-of select="text:markdown(.)"/></xsl:otherwise>
      </xsl:choose>
    </xsl:for-each>
    <xsl:text>. </xsl:text>
  </xsl:if>
  <xsl:value-of select="text:say('%1 penalty points make this score; %2 % of what applies was decided.', text:number(score/@deduction), text:number(100 * score/@coverage))"/>
  <xsl:if test="score/@low != score/@value"><xsl:value-of select="concat(' ', text:say('The rest at worst makes it %1.', score/@low))"/></xsl:if>
  <xsl:if test="score/@unwaived != score/@value"><xsl:value-of select="concat(' ', text:say('Without accepted risks it is %1.', score/@unwaived))"/></xsl:if>
</xsl:template>

<xsl:template name="counts">
  <xsl:value-of select="concat(text:head('critical', 'high', 'medium', 'low', 'met', 'undecided', 'accepted'), $newline)"/>
  <xsl:value-of select="concat('|---:|---:|---:|---:|---:|---:|---:|', $newline)"/>
  <xsl:value-of select="concat('| ', count($failed[@band = 'critical']), ' | ', count($failed[@band = 'high']), ' | ',
                               count($failed[@band = 'medium']), ' | ', count($failed[@band = 'low']), ' | ',
                               count($passed), ' | ', count($undecided), ' | ', count($accepted), ' |', $newline)"/>
</xsl:template>

<xsl:template name="gain">
  <xsl:choose>
    <xsl:when test="@gain &gt; 0"><xsl:value-of select="text:count('gains %1 point', 'gains %1 points', @gain)"/></xsl:when>
    <xsl:when test="/result/score/capped_by/cap"><xsl:value-of select="text:say('gains once no cap holds')"/></xsl:when>
    <xsl:otherwise><xsl:value-of select="text:say('removes %1 penalty points', text:number(@deduction))"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="first-steps">
  <xsl:if test="$failed">
    <xsl:call-template name="heading"><xsl:with-param name="text" select="text:say('Do first')"/></xsl:call-template>
    <xsl:for-each select="$failed">
      <xsl:sort select="@gain" data-type="number" order="descending"/>
      <xsl:sort select="@deduction" data-type="number" order="descending"/>
      <xsl:sort select="@severity" data-type="number" order="descending"/>
      <xsl:if test="position() &lt;= 3">
        <xsl:value-of select="concat(position(), '. **', text:markdown(title), '** (', text:markdown(@id), ', ')"/>
        <xsl:call-template name="gain"/>
        <xsl:value-of select="concat(')', $newline, '   ', text:markdown(summary), $newline)"/>
      </xsl:if>
    </xsl:for-each>
  </xsl:if>
</xsl:template>

<xsl:template match="next">
  <xsl:call-template name="heading"><xsl:with-param name="text" select="text:say('The shortest way to grade %1', @grade)"/></xsl:call-template>
  <xsl:value-of select="concat(text:count('%1 remedy is enough. Then the score is %2.', '%1 remedies are enough, and fewer are not; those that gain most for what they disturb stand first. Then the score is %2.', count(findings/id), @value), $newline, $newline)"/>
  <xsl:for-each select="findings/id">
    <xsl:variable name="id" select="."/>
    <xsl:value-of select="concat(position(), '. ', text:markdown(.), ' ', text:markdown(key('finding', $id)/title), $newline)"/>
  </xsl:for-each>
</xsl:template>

<xsl:template match="changes">
  <xsl:call-template name="heading"><xsl:with-param name="text" select="text:say('What changed')"/></xsl:call-template>
  <xsl:value-of select="concat(text:say('Since %1, when the score was %2, grade %3:', text:date-markdown(@started), @value, @grade), ' ', text:say('%1 new, %2 worse, %3 better, %4 fixed, %5 no longer looked at or decided, %6 as before.', count(findings/change[@change = 'new']), count(findings/change[@change = 'worse']), count(findings/change[@change = 'better']), count(findings/change[@change = 'fixed']), count(findings/change[@change = 'lost']), @same), $newline)"/>
  <xsl:if test="findings/change">
    <xsl:value-of select="concat($newline, text:head('Change', 'Requirement', 'More', 'Fewer'), $newline, '|---|---|---:|---:|', $newline)"/>
    <xsl:for-each select="findings/change">
      <xsl:value-of select="concat('| ', text:say(@change), ' | ', text:markdown(@id), ' ', text:markdown(title), ' | ', @subjects_new, ' | ', @subjects_gone, ' |', $newline)"/>
    </xsl:for-each>
  </xsl:if>
  <xsl:if test="services/change">
    <xsl:value-of select="concat($newline, text:head('Service', 'IPv4 before', 'Now', 'IPv6 before', 'Now'), $newline, '|---|---|---|---|---|', $newline)"/>
    <xsl:for-each select="services/change">
      <xsl:value-of select="concat('| ', text:markdown(@proto), ' ', @port, ' ', text:markdown(@process))"/>
      <xsl:for-each select="@ipv4_before | @ipv4_after | @ipv6_before | @ipv6_after">
        <xsl:text> | </xsl:text>
        <xsl:call-template name="reach"><xsl:with-param name="of" select="."/></xsl:call-template>
      </xsl:for-each>
      <xsl:value-of select="concat(' |', $newline)"/>
    </xsl:for-each>
  </xsl:if>
</xsl:template>

<xsl:template match="history">
  <xsl:call-template name="heading"><xsl:with-param name="text" select="text:say('The score over time')"/></xsl:call-template>
  <xsl:value-of select="concat(text:head('Started', 'Score', 'critical', 'high', 'medium', 'low', 'undecided'), $newline, '|---|---:|---:|---:|---:|---:|---:|', $newline)"/>
  <xsl:for-each select="run">
    <xsl:value-of select="concat('| ', text:date-markdown(@started), ' | ', @value, ' ', @grade, ' | ', @critical, ' | ', @high, ' | ', @medium, ' | ', @minor, ' | ', @unknown, ' |', $newline)"/>
  </xsl:for-each>
</xsl:template>

<xsl:template match="waivers">
  <xsl:call-template name="heading"><xsl:with-param name="text" select="text:say('Waivers that do not hold')"/></xsl:call-template>
  <xsl:for-each select="waiver[@state != 'holds']">
    <xsl:value-of select="concat('- **', text:markdown(@check), '**, ', text:say('subject %1 (line %2):', text:code(@subject), @line), ' ')"/>
    <xsl:choose>
      <xsl:when test="@state = 'partly'"><xsl:value-of select="text:say('something else of this check fails too, so it stays open')"/></xsl:when>
      <xsl:when test="@state = 'expired'"><xsl:value-of select="text:say('its last day, %1, is over', text:date-markdown(@until))"/></xsl:when>
      <xsl:when test="@state = 'changed'"><xsl:value-of select="text:say('what it covers is not what was accepted')"/></xsl:when>
      <xsl:when test="@state = 'unused'"><xsl:value-of select="text:say('nothing that fails is covered by it')"/></xsl:when>
      <xsl:otherwise><xsl:value-of select="text:say('no check has such an id')"/></xsl:otherwise>
    </xsl:choose>
    <xsl:value-of select="concat('. ', text:say('Reason given:'), ' ', text:markdown(reason), $newline)"/>
  </xsl:for-each>
</xsl:template>

<xsl:template name="reach">
  <xsl:param name="of"/>
  <xsl:choose>
    <xsl:when test="$of = 'anywhere'">**<xsl:value-of select="text:say('anywhere')"/>**</xsl:when>
    <xsl:when test="$of = 'networks'"><xsl:value-of select="text:say('some networks')"/></xsl:when>
    <xsl:when test="$of = 'host'"><xsl:value-of select="text:say('this host only')"/></xsl:when>
    <xsl:when test="$of = 'unknown'"><xsl:value-of select="text:say('not known')"/></xsl:when>
    <xsl:otherwise>–</xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template match="services">
  <xsl:call-template name="heading"><xsl:with-param name="text" select="text:say('Who can reach what')"/></xsl:call-template>
  <xsl:value-of select="concat(text:head('Service', 'Process', 'IPv4', 'IPv6'), $newline, '|---|---|---|---|', $newline)"/>
  <xsl:apply-templates select="service[@exposure = 'anywhere']"/>
  <xsl:apply-templates select="service[@exposure = 'unknown']"/>
  <xsl:apply-templates select="service[@exposure = 'networks']"/>
  <xsl:apply-templates select="service[@exposure = 'host']"/>
  <xsl:apply-templates select="service[@exposure = 'not-applicable']"/>
</xsl:template>

<xsl:template match="service">
  <xsl:value-of select="concat('| ', text:markdown(@proto))"/>
  <xsl:if test="@port != 0"><xsl:value-of select="concat(' ', @port)"/></xsl:if>
  <xsl:value-of select="concat(' ', text:markdown(@name), ' | ', text:markdown(@process), ' | ')"/>
  <xsl:call-template name="reach"><xsl:with-param name="of" select="@exposure_ipv4"/></xsl:call-template>
  <xsl:text> | </xsl:text>
  <xsl:call-template name="reach"><xsl:with-param name="of" select="@exposure_ipv6"/></xsl:call-template>
  <xsl:value-of select="concat(' |', $newline)"/>
</xsl:template>

<xsl:template name="findings">
  <xsl:if test="$failed">
    <xsl:call-template name="heading"><xsl:with-param name="text" select="text:say('Findings, worst first')"/></xsl:call-template>
    <xsl:for-each select="$failed">
      <xsl:sort select="@severity" data-type="number" order="descending"/>
      <xsl:sort select="@deduction" data-type="number" order="descending"/>
      <xsl:if test="position() &gt; 1"><xsl:value-of select="$newline"/></xsl:if>
      <xsl:apply-templates select="."/>
    </xsl:for-each>
  </xsl:if>
</xsl:template>

<xsl:template match="finding">
  <xsl:value-of select="concat('### ', text:markdown(@id), ': ', text:markdown(title), $newline, $newline)"/>
  <xsl:value-of select="concat(text:say('Not met:'), ' **', text:say(@band), ' ', text:decimal(@severity), '**')"/>
  <xsl:if test="@exposure != 'not-applicable'">
    <xsl:value-of select="concat(', ', text:say('reachable from:'), ' ')"/>
    <xsl:call-template name="reach"><xsl:with-param name="of" select="@exposure"/></xsl:call-template>
  </xsl:if>
  <xsl:text>, </xsl:text>
  <xsl:call-template name="gain"/>
  <xsl:value-of select="concat('.', $newline, $newline, text:markdown(summary), $newline, $newline)"/>
  <xsl:if test="comment"><xsl:value-of select="concat(text:inline(comment), $newline, $newline)"/></xsl:if>
  <xsl:if test="why != ''"><xsl:value-of select="concat(text:say('Why it matters:'), ' ', text:inline(why), $newline, $newline)"/></xsl:if>
  <xsl:if test="override"><xsl:value-of select="concat(text:say('The settings of the site give it this severity instead of %1:', text:decimal(override/@severity)), ' ', text:markdown(override/reason), $newline, $newline)"/></xsl:if>
  <xsl:if test="evidence/@told &gt; 0"><xsl:value-of select="concat(text:evidence-markdown(evidence/@of, 0), $newline)"/></xsl:if>
  <xsl:if test="advice != ''"><xsl:value-of select="concat(text:say('What to do:'), ' ', text:markdown(advice), $newline, $newline)"/></xsl:if>
  <xsl:apply-templates select="remedy/commands[command]"/>
  <xsl:apply-templates select="remedy/verify[command]"/>
  <xsl:apply-templates select="remedy/undo[command]"/>
  <xsl:if test="references/reference">
    <xsl:value-of select="text:say('Sources:')"/><xsl:text> </xsl:text>
    <xsl:for-each select="references/reference">
      <xsl:if test="position() &gt; 1">; </xsl:if>
      <xsl:value-of select="text:markdown(.)"/>
    </xsl:for-each>
    <xsl:value-of select="$newline"/>
  </xsl:if>
</xsl:template>

<xsl:template match="commands">
  <xsl:value-of select="text:say('What to type')"/>
  <xsl:choose>
    <xsl:when test="../@disruption = 'none'"> (<xsl:value-of select="text:say('disturbs nothing')"/>)</xsl:when>
    <xsl:when test="../@disruption = 'reload'"> (<xsl:value-of select="text:say('needs a reload')"/>)</xsl:when>
    <xsl:when test="../@disruption = 'restart'"> (<xsl:value-of select="text:say('needs a restart')"/>)</xsl:when>
    <xsl:when test="../@disruption = 'calls-drop'"> (<xsl:value-of select="text:say('drops calls')"/>)</xsl:when>
    <xsl:when test="../@disruption = 'lockout-risk'"> (**<xsl:value-of select="text:say('can lock you out: keep a session open')"/>**)</xsl:when>
  </xsl:choose>
  <xsl:value-of select="concat(':', $newline, $newline, text:block(command, 'sh', ''), $newline)"/>
</xsl:template>

<xsl:template match="verify">
  <xsl:value-of select="concat(text:say('See that it worked'), ':', $newline, $newline, text:block(command, 'sh', ''), $newline)"/>
</xsl:template>

<xsl:template match="undo">
  <xsl:value-of select="concat(text:say('Take it back'), ':', $newline, $newline, text:block(command, 'sh', ''), $newline)"/>
</xsl:template>

<xsl:template name="undecided">
  <xsl:if test="$undecided">
    <xsl:call-template name="heading"><xsl:with-param name="text" select="text:say('Could not be decided')"/></xsl:call-template>
    <xsl:for-each select="$undecided">
      <xsl:sort select="@severity" data-type="number" order="descending"/>
      <xsl:value-of select="concat('- **', text:markdown(@id), '** ', text:markdown(title), ': ', text:markdown(summary), $newline)"/>
    </xsl:for-each>
  </xsl:if>
</xsl:template>

<xsl:template name="accepted">
  <xsl:if test="$accepted">
    <xsl:call-template name="heading"><xsl:with-param name="text" select="text:say('Accepted risks')"/></xsl:call-template>
    <xsl:for-each select="$accepted">
      <xsl:sort select="@severity" data-type="number" order="descending"/>
      <xsl:value-of select="concat('- **', text:markdown(@id), '** ', text:markdown(title), ': ', text:markdown(summary), ' ')"/>
      <xsl:choose>
        <xsl:when test="waiver/@by != '' and waiver/@until != ''"><xsl:value-of select="text:say('Accepted by %1 until %2', text:markdown(waiver/@by), text:date-markdown(waiver/@until))"/></xsl:when>
        <xsl:when test="waiver/@by != ''"><xsl:value-of select="text:say('Accepted by %1', text:markdown(waiver/@by))"/></xsl:when>
        <xsl:when test="waiver/@until != ''"><xsl:value-of select="text:say('Accepted until %1', text:date-markdown(waiver/@until))"/></xsl:when>
        <xsl:otherwise><xsl:value-of select="text:say('Accepted')"/></xsl:otherwise>
      </xsl:choose>
      <xsl:value-of select="concat(': ', text:markdown(waiver/reason), $newline)"/>
    </xsl:for-each>
  </xsl:if>
</xsl:template>

<xsl:template match="access">
  <xsl:call-template name="heading"><xsl:with-param name="text" select="text:say('Who can log in over SSH')"/></xsl:call-template>
  <xsl:value-of select="concat(text:head('Account', 'With', 'From', 'Because of'), $newline, '|---|---|---|---|', $newline)"/>
  <xsl:for-each select="login">
    <xsl:value-of select="concat('| ', text:markdown(@who), ' | ', text:markdown(@how), ' | ', text:markdown(@from), ' | ', text:cell(why), ' |', $newline)"/>
  </xsl:for-each>
</xsl:template>

<xsl:template match="activity">
  <xsl:call-template name="heading"><xsl:with-param name="text" select="text:say('What the logs saw')"/></xsl:call-template>
  <xsl:if test="@from = ''"><xsl:value-of select="concat(text:say('No log with a time could be read.'), $newline)"/></xsl:if>
  <xsl:if test="@from != ''">
  <xsl:value-of select="concat(text:count('From %2 to %3 %1 address failed to get in.', 'From %2 to %3 %1 addresses failed to get in.', @attacker_total, text:date-markdown(@from), text:date-markdown(@to)), ' ')"/>
  <xsl:choose>
    <xsl:when test="bans/@known = 'true'"><xsl:value-of select="text:count('%1 ban was made.', '%1 bans were made.', bans/@count)"/></xsl:when>
    <xsl:otherwise><xsl:value-of select="text:say('Bans are not known.')"/></xsl:otherwise>
  </xsl:choose>
  <xsl:value-of select="$newline"/>
  </xsl:if>
  <xsl:if test="attackers/attacker">
    <xsl:value-of select="concat($newline, text:head('Address', 'Attempts', 'What they tried', 'Last seen', 'Banned'), $newline, '|---|---:|---|---|---|', $newline)"/>
    <xsl:for-each select="attackers/attacker">
      <xsl:value-of select="concat('| ', text:markdown(@address), ' | ', @events, ' | ', text:markdown(@kinds), ' | ', text:date-markdown(@last), ' | ', text:say(@banned), ' |', $newline)"/>
    </xsl:for-each>
  </xsl:if>
  <xsl:if test="ban_proofs/proof">
    <xsl:value-of select="concat($newline, text:say('Attempts until the packets drop'), ':', $newline, $newline, text:head('Attack', 'Attempts', 'Jail', 'Because of'), $newline, '|---|---:|---|---|', $newline)"/>
    <xsl:for-each select="ban_proofs/proof">
      <xsl:value-of select="concat('| ', text:markdown(text:say(@attack)), ' | ')"/>
      <xsl:choose><xsl:when test="@attempts &gt; 0"><xsl:value-of select="@attempts"/></xsl:when><xsl:otherwise><xsl:value-of select="text:say('never')"/></xsl:otherwise></xsl:choose>
      <xsl:value-of select="concat(' | ', text:cell(@jail), ' | ', text:markdown(text:say(why)), ' |', $newline)"/>
    </xsl:for-each>
  </xsl:if>
  <xsl:if test="ban_risks/risk">
    <xsl:value-of select="concat($newline, text:say('Would they be banned, too?'), $newline, $newline, text:head('Who', 'Address', 'Banned', 'Jail', 'Because of'), $newline, '|---|---|---|---|---|', $newline)"/>
    <xsl:for-each select="ban_risks/risk">
      <xsl:value-of select="concat('| ', text:markdown(text:say(@who)), ' | ', text:markdown(@address), ' | ', text:say(@banned), ' | ', text:cell(@jail), ' | ', text:markdown(text:say(why)), ' |', $newline)"/>
    </xsl:for-each>
  </xsl:if>
  <xsl:if test="logins/login">
    <xsl:value-of select="concat($newline, text:say('Logins that worked'), ':', $newline, $newline, text:head('When', 'Account', 'From', 'With'), $newline, '|---|---|---|---|', $newline)"/>
    <xsl:for-each select="logins/login">
      <xsl:value-of select="concat('| ', text:date-markdown(@when), ' | ', text:cell(@account), ' | ', text:markdown(@address), ' | ', text:markdown(@method), ' |', $newline)"/>
    </xsl:for-each>
  </xsl:if>
</xsl:template>

<xsl:template match="unread">
  <xsl:call-template name="heading"><xsl:with-param name="text" select="text:say('Could not be read')"/></xsl:call-template>
  <xsl:for-each select="fact">
    <xsl:value-of select="concat('- ', text:code(@what), ': ', text:markdown(why))"/>
    <xsl:if test="to_read_it != ''"><xsl:value-of select="concat(' (', text:markdown(to_read_it), ')')"/></xsl:if>
    <xsl:value-of select="$newline"/>
  </xsl:for-each>
</xsl:template>

<xsl:template name="names">
  <xsl:param name="title"/>
  <xsl:param name="findings"/>
  <xsl:if test="$findings">
    <xsl:call-template name="heading"><xsl:with-param name="text" select="$title"/></xsl:call-template>
    <xsl:for-each select="$findings">
      <xsl:value-of select="concat('- ', text:markdown(@id), ' ', text:markdown(title), $newline)"/>
    </xsl:for-each>
  </xsl:if>
</xsl:template>

<xsl:template name="score">
  <xsl:call-template name="heading"><xsl:with-param name="text" select="text:say('How the score is computed')"/></xsl:call-template>
  <xsl:value-of select="concat(text:say('Each requirement that is not met deducts s × e × m points. s is its severity: critical 40, high 15, medium 5, low 1. e is who can reach it: 1 from anywhere (or where that is not known, or no network matters), ½ from some networks, ¼ from this host only. m grows with the number of accounts, ports or rules concerned, from 1 to at most 2. Together they are D = %1, and 100 × 2^(−D/50) makes %2.', text:number(score/@deduction), score/@raw), $newline, $newline)"/>
  <xsl:value-of select="concat(text:say('Three caps hold it down: 39 while anything critical is open, 69 while anything high can be reached from anywhere, 84 while less than 80 % of what applies could be decided. Grades: A from 90, B from 75, C from 60, D from 40, else F.'), $newline)"/>
  <xsl:if test="score/groups/group">
    <xsl:value-of select="concat($newline, text:head('Area', 'Score alone', 'Not met', 'met', 'undecided'), $newline, '|---|---:|---:|---:|---:|', $newline)"/>
    <xsl:for-each select="score/groups/group">
      <xsl:value-of select="concat('| ', text:markdown(@title), ' | ', @value, ' | ', @fail, ' | ', @pass, ' | ', @unknown, ' |', $newline)"/>
    </xsl:for-each>
  </xsl:if>
</xsl:template>

</xsl:stylesheet>
