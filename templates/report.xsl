<?xml version="1.0" encoding="UTF-8"?>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:output method="html" encoding="UTF-8" indent="no"/>
<xsl:param name="policy"/>
<xsl:param name="style"/>
<xsl:template match="/result"><html lang="en"><head><meta http-equiv="Content-Security-Policy" content="{$policy}"/><title><xsl:value-of select="target/@name"/></title><style><xsl:value-of select="$style"/></style></head><body><h1><xsl:value-of select="target/@name"/></h1></body></html></xsl:template>
</xsl:stylesheet>
